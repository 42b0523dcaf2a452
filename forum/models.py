"""What members read: only words that have passed. The gate alone writes here."""

import json
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from forum.sessions import Seat, kept_since
from people.database import JoinedText, split
from people.models import Centre, Person, Role
from people.rights import Right

PAGE_SIZE = 20
EXCERPT = 180  # characters of a quoted post


def in_language(texts: dict[str, str]) -> str:
    """The text in the reader's language, else in English, else in any."""
    return texts.get((get_language() or "en")[:2]) or texts.get("en") or next(iter(texts.values()), "")


def readable_by(person: Person, thread: str = "") -> Q:
    """Which conversations a person of their centre reads. `thread`: the way to the thread, as a prefix.

    Those of boards: everybody. All others: who has a seat; in the room of a live session also the clinicians. Once
    closed: who was there, and those clinicians, for as long as it is kept.
    """
    kind, closed = f"{thread}kind", f"{thread}closed_at"
    seats = Seat.objects.filter(thread=OuterRef(f"{thread}pk"), person=person)
    runs, kept = Q(**{closed: None}), Q(**{f"{closed}__gt": kept_since(timezone.now())})
    found = Q(**{kind: Thread.Kind.BOARD}) | (runs & Exists(seats.taken())) | (kept & Exists(seats.that_came()))
    return found | (Q(**{kind: Thread.Kind.LIVE}) & (runs | kept)) if person.may(Right.RULE) else found


class BoardQuerySet(models.QuerySet["Board"]):
    def visible_to(self, person: Person) -> "BoardQuerySet":
        if not person.may(Right.READ):
            return self.none()
        return self.filter(centre_id=person.centre_id)


class Board(models.Model):
    """A theme. `front` boards stand open on the first page, the others one click away."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="boards")
    slug = models.SlugField(max_length=40)
    name = models.JSONField(help_text="language -> name")
    about = models.JSONField(help_text="language -> one sentence")
    order = models.PositiveSmallIntegerField(default=0)
    front = models.BooleanField(default=True)
    answered_by = models.CharField(max_length=20, choices=Role.choices, default=Role.NURSE)

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["centre", "slug"], name="one_board_of_a_slug_a_centre")]

    def __str__(self) -> str:
        return in_language(self.name)

    @property
    def title(self) -> str:
        return in_language(self.name)

    @property
    def summary(self) -> str:
        return in_language(self.about)


class Tag(TagBase):
    """A word from the centre's list; members choose, staff add."""

    names = models.JSONField(default=dict, help_text="language -> name")

    @property
    def title(self) -> str:
        return in_language(self.names) or self.name


class TaggedThread(ItemBase):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey("Thread", on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="a_tag_once_a_thread")]


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, person: Person) -> "ThreadQuerySet":
        """The one definition of who may know that a thread exists."""
        if not person.may(Right.READ):
            return self.none()
        return self.filter(readable_by(person), board__centre_id=person.centre_id)

    def known_to(self, person: Person) -> "ThreadQuerySet":
        """Those that the person reads, and those in which they had a place: whose door is shut to them, not unknown."""
        if not person.may(Right.READ):
            return self.none()
        had = Exists(Seat.objects.filter(thread=OuterRef("pk"), person=person))
        return self.filter(readable_by(person) | had, board__centre_id=person.centre_id)

    def on_boards(self) -> "ThreadQuerySet":
        """What lists show; live sessions and private conversations have pages of their own."""
        return self.filter(kind=Thread.Kind.BOARD)

    def with_read_mark(self, person: Person) -> "ThreadQuerySet":
        """Adds `read_number`: the number of the last post this person has seen there, or None."""
        mark = ReadMark.objects.filter(person=person, thread=OuterRef("pk")).values("number")
        return self.annotate(read_number=Subquery(mark))

    def with_tag_names(self) -> "ThreadQuerySet":
        """Adds what `Thread.tag_list` reads, without a query of its own."""
        slug, names = F("tagged_items__tag__slug"), Cast("tagged_items__tag__names", models.TextField())
        pairs = Concat(slug, Value("="), names, output_field=models.TextField())  # PostgreSQL guesses no common type
        return self.annotate(tags_joined=JoinedText(pairs, filter=Q(tagged_items__isnull=False)))

    def new_for(self, person: Person) -> "ThreadQuerySet":
        """Threads with a post by another that this person has not seen, newest first; newcomers start from joining."""
        unseen = Post.objects.filter(
            thread=OuterRef("pk"), state=Post.State.VISIBLE, number__gt=OuterRef("seen_number")
        ).exclude(author=person)
        return (
            self.visible_to(person)
            .on_boards()
            .with_read_mark(person)
            .annotate(seen_number=Coalesce("read_number", 0))
            .filter(Q(read_number__isnull=False) | Q(active_at__gte=person.joined_at))
            .filter(Exists(unseen))
            .order_by("-active_at")
        )

    def without_mentor(self) -> "ThreadQuerySet":
        """Questions of patients that no mentor has replied to, oldest first."""
        mentor = Post.objects.filter(thread=OuterRef("pk"), role=Role.MENTOR, state=Post.State.VISIBLE)
        asked = Post.objects.filter(thread=OuterRef("pk"), number=1, role=Role.PATIENT, state=Post.State.VISIBLE)
        return self.on_boards().filter(Exists(asked), ~Exists(mentor), closed_at=None).order_by("created_at")


class Thread(models.Model):  # type: ignore[django-manager-missing]  # taggit is untyped
    """A conversation. `head_number` is its last post, `head_seq` its last event; both move under the row's lock."""

    class Kind(models.TextChoices):
        BOARD = "board", _("Board")
        LIVE = "live", _("Live session")
        PRIVATE = "private", _("Private")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BOARD)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="threads")
    beside = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="asides",
        help_text="a private word: the room that it stands beside",
    )  # fmt: skip
    title = models.CharField(max_length=120, blank=True, help_text="empty once its first words are taken back")
    created_at = models.DateTimeField()
    active_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    head_number = models.PositiveIntegerField(default=0)
    head_seq = models.PositiveIntegerField(default=0)

    tags = TaggableManager(through=TaggedThread, blank=True)
    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["board", "-active_at"], name="thread_activity"),
            models.Index(fields=["created_at"], name="thread_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def tag_list(self) -> list[dict[str, str]]:
        """slug and title of each tag, by title; for threads that came through `with_tag_names`."""
        pairs = (one.partition("=") for one in split(self.__dict__["tags_joined"]))
        found = [{"slug": slug, "title": in_language(json.loads(names)) or slug} for slug, _equals, names in pairs]
        return sorted(found, key=lambda one: one["title"].lower())

    @property
    def pages(self) -> int:
        return max(1, -(-self.head_number // PAGE_SIZE))


def page_of(number: int) -> int:
    """The page (from 1) on which the post of this number stands."""
    return max(1, -(-number // PAGE_SIZE))


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, person: Person) -> "PostQuerySet":
        """Posts whose place in the thread this person may see. A withdrawn one is a tombstone: its words are gone."""
        if not person.may(Right.READ):
            return self.none()
        return self.filter(readable_by(person, "thread__"), thread__board__centre_id=person.centre_id)

    def known_to(self, person: Person) -> "PostQuerySet":
        """Of conversations that this person reads, and of those whose door is shut to them (`Thread.known_to`)."""
        return self.filter(thread__in=Thread.objects.known_to(person))

    def judged_by(self, person: Person) -> "PostQuerySet":
        """Those that a clinician rules on once somebody has told of them: of the own centre, private ones too.

        What was told narrows it down (`moderation.reports`); nothing else may start here.
        """
        return self.filter(thread__board__centre_id=person.centre_id) if person.may(Right.RULE) else self.none()

    def questions_for(self, person: Person) -> "PostQuerySet":
        """Open questions this clinician is asked to answer, oldest first; a physiotherapist those of the own boards.

        Those of a live session stand on its panel: they are answered there, or in its summary.
        """
        if not person.may(Right.ANSWER):
            return self.none()
        asked = self.visible_to(person).filter(question=Post.Question.OPEN, state=Post.State.VISIBLE)
        asked = asked.filter(thread__kind=Thread.Kind.BOARD)
        if not person.is_clinician:
            asked = asked.filter(thread__board__answered_by=Role.PHYSIOTHERAPIST)
        return asked.exclude(author=person).order_by("published_at")

    def on_page(self, page: int) -> "PostQuerySet":
        """By position, not by OFFSET: page 250 costs what page 1 costs."""
        first = (page - 1) * PAGE_SIZE + 1
        return self.filter(number__gte=first, number__lt=first + PAGE_SIZE).order_by("number")


class Post(models.Model):
    """Words that passed. `role` is the role under which they were written; the badge comes from here only."""

    class State(models.TextChoices):
        VISIBLE = "visible", _("Visible")
        HIDDEN = "hidden", _("Hidden until a nurse has read it")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Question(models.TextChoices):
        """A medicine or therapy question that a clinician answers in the thread."""

        OPEN = "open", _("A nurse answers")
        ANSWERED = "answered", _("A clinician has answered")
        CLOSED = "closed", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role.choices)
    number = models.PositiveIntegerField()
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    state = models.CharField(max_length=10, choices=State.choices, default=State.VISIBLE)
    html = models.TextField(help_text="rendered and cleaned once, when the words were handed in; empty when withdrawn")
    text = models.TextField(help_text="the same as plain text; empty when withdrawn")
    written_at = models.DateTimeField()
    published_at = models.DateTimeField()
    released = models.BooleanField(default=False, help_text="waited for a nurse first")
    revised_at = models.DateTimeField(null=True, blank=True)
    one_experience = models.BooleanField(default=False)
    same = models.PositiveSmallIntegerField(default=0, help_text="how many say “same here”: the rows, counted")
    question = models.CharField(max_length=10, blank=True, choices=Question.choices)
    answer = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    note_html = models.TextField(blank=True)
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note_role = models.CharField(max_length=20, blank=True, choices=Role.choices)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="numbers_are_gapless_places")]
        indexes = [
            models.Index(fields=["author", "published_at"], name="post_by_author"),
            models.Index(fields=["published_at"], condition=Q(question="open"), name="open_questions"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def is_hidden(self) -> bool:
        return self.state == self.State.HIDDEN

    @property
    def opens_thread(self) -> bool:
        """The words under which a conversation stands on its board: title and tags go with them."""
        return self.number == 1 and self.thread.kind == Thread.Kind.BOARD

    @property
    def author_name(self) -> str:
        return self.author.pseudonym

    @property
    def role_label(self) -> str:
        return self.get_role_display()

    @property
    def note_role_label(self) -> str:
        return self.get_note_role_display()

    @property
    def page(self) -> int:
        return page_of(self.number)

    @property
    def excerpt(self) -> str:
        """The first words, for a quote; nothing once the post is taken back or hidden."""
        if self.state != self.State.VISIBLE:
            return ""
        line = " ".join(self.text.split())
        return line if len(line) <= EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + "…"

    @property
    def quoted(self) -> "Post | None":
        return self.reply_to

    @property
    def is_open_question(self) -> bool:
        return self.question == self.Question.OPEN


class Event(models.Model):
    """What happened in a thread, in one gapless order. No words: whoever is told reads the post again."""

    class Kind(models.TextChoices):
        PUBLISHED = "published"
        REVISED = "revised"
        WITHDRAWN = "withdrawn"
        HIDDEN = "hidden"
        SHOWN = "shown"
        OPENED = "opened"
        CLOSED = "closed"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "seq"], name="seq_is_one_order")]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.seq} {self.kind}"


class SearchEntry(models.Model):
    """The words of a visible post as search sees them; the row goes when the post does. Written by the gate alone.

    Ids grow with publication, so that the newest first is the largest id first.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="search_entry")
    words = models.TextField(help_text="folded by forum.search.fold: title of post 1, and text")

    def __str__(self) -> str:
        return str(self.post_id)


class ReadMark(models.Model):
    """How far a person has read a thread."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="one_mark_a_thread")]

    def __str__(self) -> str:
        return f"{self.number}"
