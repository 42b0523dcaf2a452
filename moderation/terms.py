"""A centre's own words for the screen: who may change them, what a new one would do, and the screen with them.

A centre's row holds the version of its terms (`Centre.terms_version`). It comes with every signed-in person, so each
process sees a change with the next request and asks nothing for it; it reads the terms again only when they changed.
"""

import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from forum.models import Post, Thread
from moderation import policy
from moderation.errors import BadWords, NotHere
from moderation.judge import Judgement, Screen, judge
from moderation.limits import REASON_CHARACTERS
from moderation.models import Term
from moderation.render import clean, is_blank
from moderation.screen import ScreenBroken, own, screen
from moderation.screen.judge import ready
from moderation.screen.types import Text, Verdict
from people import audit
from people.models import CLINICIANS, Centre, Person
from people.rights import Right

log = logging.getLogger(__name__)

TERM_CHARACTERS = 80
LEAST_LETTERS = 3
MOST_TERMS = 500  # of one centre; that many are ready within a tenth of a second
LOOKED_AT = 500  # newest posts that a new term is tried on
EXAMPLES = 3
TOO_MANY_POSTS, TOO_GREAT_A_SHARE = 5, 0.05  # refused where it changes more than both
_SIGNS = re.compile(r"[*?!\[\]{}()<>|\\^$;:\"“”«»~`_#=&@]")
_LETTERS = re.compile(r"[^\W\d_]")


# The screen of a centre

_ready: dict[int, tuple[str, own.OwnScreen]] = {}  # centre -> version and screen; replaced whole, never changed
_making = threading.Lock()


def screen_of(centre: Centre) -> Screen:
    """The screen with this centre's own terms. Where they cannot be used it raises for every text: words then wait."""
    if not centre.terms_version:
        return screen
    known = _ready.get(centre.pk)
    if known is None or known[0] != centre.terms_version:
        with _making:  # once for all who come at the same moment
            known = _ready.get(centre.pk)
            if known is None or known[0] != centre.terms_version:
                terms = _plain(Term.objects.in_use().filter(centre=centre))
                try:
                    known = _ready[centre.pk] = own.fingerprint(terms), own.OwnScreen(ready(), terms)
                except Exception as error:  # whatever it was: a centre without its terms is not screened
                    log.error("own terms of centre %s cannot be used: %s", centre.pk, type(error).__name__)
                    return _broken
    return known[1].verdict


def _broken(text: Text, *, deadline: float | None = None) -> Verdict:
    raise ScreenBroken("own terms")


def _plain(terms: Iterable[Term]) -> list[own.Term]:
    return [own.Term(one.pk, one.key, one.what) for one in terms]


# What a new term would do


@dataclass(frozen=True, slots=True)
class Change:
    """A published post that would have met another fate."""

    post: Post
    waits: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A new term on the newest posts: how many were read, and which it changes. read_as: the words the screen sees."""

    read_as: str
    read: int
    changes: tuple[Change, ...]

    @property
    def waiting(self) -> int:
        return sum(one.waits for one in self.changes)

    @property
    def other(self) -> int:
        return len(self.changes) - self.waiting

    @property
    def examples(self) -> tuple[Change, ...]:
        return tuple(sorted(self.changes, key=lambda one: not one.waits)[:EXAMPLES])

    @property
    def too_much(self) -> bool:
        return len(self.changes) > max(TOO_MANY_POSTS, self.read * TOO_GREAT_A_SHARE)


class TooMuch(Exception):
    """The term would change the fate of too many posts."""

    def __init__(self, tried: Tried) -> None:
        super().__init__()
        self.tried = tried


def attempt(*, nurse: Person, words: str, what: str, reason: str) -> Tried:
    """What a term would have done to the newest posts of the own centre; nothing is stored.

    Raises NotHere, BadWords (fields "term" and "reason") or TooMuch.
    """
    words, _reason = _checked(nurse, words, what, reason)
    return _tried(nurse, own.key_of(words), what)


def _tried(nurse: Person, key: str, what: str) -> Tried:
    """TooMuch where it changes too many."""
    present = Term.objects.of(nurse).in_use()
    with_it = own.OwnScreen(ready(), [*_plain(present), own.Term(0, key, what)]).verdict
    without = screen_of(nurse.centre)
    changes = []
    posts = _newest(nurse)
    for post in posts:
        then = _judged(post, with_it)
        if _severity(then) > policy.STRICTNESS.index(policy.Outcome.PUBLISH):
            before = _judged(post, without)
            if _severity(then) > _severity(before):
                waits = then.decision.waits and not before.decision.waits
                changes.append(Change(post, waits))
    tried = Tried(key, len(posts), tuple(changes))
    if tried.too_much:
        raise TooMuch(tried)
    return tried


def _newest(nurse: Person) -> list[Post]:
    """The newest posts that members see, newest first. They stand in the threads that moved last: only those are read,
    since no index has all posts of a centre by their moment.
    """
    threads = Thread.objects.visible_to(nurse).order_by("-active_at").values_list("pk", flat=True)[:LOOKED_AT]
    posts = Post.objects.visible_to(nurse).filter(thread__in=list(threads), state=Post.State.VISIBLE)
    return list(posts.select_related("thread").order_by("-published_at")[:LOOKED_AT])


def _judged(post: Post, using: Screen) -> Judgement:
    title = post.thread.title if post.number == 1 else ""
    return judge(Text(body=post.text, title=title), role=post.role, place="board", using=using)


def _severity(judgement: Judgement) -> int:
    return policy.STRICTNESS.index(judgement.decision.outcome)


# The verbs


def add(*, nurse: Person, words: str, what: str, reason: str, now: datetime | None = None) -> Term:
    """Puts a term on the own centre's list; from the next request on every process screens with it.

    Raises NotHere, BadWords (fields "term" and "reason") or TooMuch; then nothing is stored.
    """
    words, reason = _checked(nurse, words, what, reason)
    _tried(nurse, own.key_of(words), what)
    at = now or timezone.now()
    with transaction.atomic():
        centre = _locked(nurse)
        _check_list(nurse, own.key_of(words))  # again, now that nobody else can add the same
        term = Term.objects.create(
            centre=centre,
            words=words,
            key=own.key_of(words),
            what=what,
            reason=reason,
            salt=secrets.token_hex(16),
            added_by=nurse,
            added_at=at,
        )
        _moved(centre)
        _act("term_added", nurse, term, at, reason)
    return term


def propose(term: Term, *, nurse: Person, reason: str, now: datetime | None = None) -> bool:
    """Asks a second person to take a term away; False where somebody proposed it before, or it is gone.

    Raises NotHere, BadWords, or Alone where nobody else of the centre could agree.
    """
    reason = _reason(reason)
    at = now or timezone.now()
    with transaction.atomic():
        _locked(nurse)
        term = _there(term, nurse)
        if not others(nurse).exists():
            raise Alone
        asked = {"proposed_by": nurse, "proposed_at": at, "proposed_because": reason}
        done = Term.objects.in_use().filter(pk=term.pk, proposed_at=None).update(**asked)
        if done:
            _act("term_removal_proposed", nurse, term, at, reason)
    return bool(done)


def agree(term: Term, *, nurse: Person, now: datetime | None = None) -> bool:
    """The second person takes a term away that another proposed; False where it is not proposed any more.

    Raises NotHere, or SamePerson where the one who proposed it would agree with themselves.
    """
    at = now or timezone.now()
    with transaction.atomic():
        centre = _locked(nurse)
        term = _there(term, nurse)
        if term.proposed_by_id == nurse.pk:
            raise SamePerson
        proposed = Term.objects.in_use().filter(pk=term.pk, proposed_at__isnull=False)
        done = proposed.update(removed_by=nurse, removed_at=at)
        if done:
            _moved(centre)
            _act("term_removed", nurse, term, at, proposed_by=str(term.proposed_by_id))
    return bool(done)


def keep(term: Term, *, nurse: Person, now: datetime | None = None) -> bool:
    """A proposal to take a term away ends: anybody's no is enough. False where there is none. Raises NotHere."""
    at = now or timezone.now()
    with transaction.atomic():
        _locked(nurse)
        term = _there(term, nurse)
        ended = {"proposed_by": None, "proposed_at": None, "proposed_because": ""}
        done = Term.objects.in_use().filter(pk=term.pk, proposed_at__isnull=False).update(**ended)
        if done:
            _act("term_kept", nurse, term, at, proposed_by=str(term.proposed_by_id))
    return bool(done)


class Alone(Exception):
    """The centre has no second person who could agree."""


class SamePerson(Exception):
    """Nobody is their own second person."""


def others(nurse: Person) -> QuerySet[Person]:
    """Who of the own centre could agree to what this person proposes."""
    held = {"grants__role__in": CLINICIANS, "grants__revoked_at": None, "grants__centre": nurse.centre_id}
    there = Person.objects.filter(centre=nurse.centre_id, is_active=True, suspended_at=None, **held)
    return there.exclude(pk=nurse.pk).distinct()


def _locked(nurse: Person) -> Centre:
    """The own centre, locked: its list changes one act at a time."""
    if not nurse.may(Right.CHANGE_TERMS):
        raise NotHere
    return Centre.objects.select_for_update().get(pk=nurse.centre_id)


def _there(term: Term, nurse: Person) -> Term:
    found = Term.objects.of(nurse).filter(pk=term.pk).first()
    if found is None:
        raise NotHere
    return found


def _moved(centre: Centre) -> None:
    """The centre's row tells every process which terms hold now."""
    version = own.fingerprint(_plain(Term.objects.in_use().filter(centre=centre)))
    Centre.objects.filter(pk=centre.pk).update(terms_version=version)


def _act(verb: str, nurse: Person, term: Term, at: datetime, reason: str = "", **more: str) -> None:
    """Ids, and what was typed as a salted hash."""
    typed = hashlib.sha256(f"{term.salt}{term.words}\0{reason}".encode()).hexdigest()
    audit.record(
        actor=str(nurse.pk), verb=verb, subject=f"term:{term.pk}", at=at, centre=term.centre_id, what=term.what,
        text=typed, **more,
    )  # fmt: skip


# What may stand on the list


def _checked(nurse: Person, words: str, what: str, reason: str) -> tuple[str, str]:
    """Term and reason as they would be stored."""
    if not nurse.may(Right.CHANGE_TERMS) or what not in Term.What.values:
        raise NotHere
    words = " ".join(clean(words).split())
    trouble = _trouble(words, what)
    if trouble:
        raise BadWords("term", trouble)
    _check_list(nurse, own.key_of(words))
    return words, _reason(reason)


def _trouble(words: str, what: str) -> str:
    """Why a term is no term, as a code; "" for a good one."""
    key = own.key_of(words)
    if is_blank(words):
        return "empty"
    if len(words) > TERM_CHARACTERS or len(key) > 2 * TERM_CHARACTERS or len(key.split()) > own.LONGEST:
        return "too_long"
    if _SIGNS.search(words):
        return "signs"
    if not key or not key[0].isalnum() or len(_LETTERS.findall(key)) < LEAST_LETTERS:
        return "too_short"
    known = own.known_as(ready(), key)
    if known == "" and (what in own.NAMES or " " not in key):
        return "everyday"
    return "known" if known and known == what else ""


def _check_list(nurse: Person, key: str) -> None:
    present = Term.objects.of(nurse).in_use()
    if present.filter(key=key).exists():
        raise BadWords("term", "twice")
    if present.count() >= MOST_TERMS:
        raise BadWords("term", "too_many")


def _reason(reason: str) -> str:
    reason = clean(reason)
    if is_blank(reason):
        raise BadWords("reason", "empty")
    if len(reason) > REASON_CHARACTERS:
        raise BadWords("reason", "too_long")
    return reason
