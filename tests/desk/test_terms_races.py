"""Two clinicians at one list at the same moment: one act counts, and the version is that of what is on the list."""

from functools import partial

import pytest

from moderation import terms
from moderation.errors import BadWords
from moderation.models import Term
from moderation.screen import own
from people import audit
from people.models import Act, Centre
from tests.conftest import fresh
from tests.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "It is sold at the door."


def adds(person, words):
    return lambda: terms.add(nurse=fresh(person), words=words, what=Term.What.STEERS, reason=REASON)


def version():
    return own.fingerprint([own.Term(one.pk, one.key, one.what) for one in Term.objects.in_use()])


def test_the_same_term_is_added_once(nina, omar):
    results = at_once(adds(nina, "Flarestop"), adds(omar, "flarestop"))
    refused = [one for one in results if isinstance(one, BadWords)]
    assert [one.code for one in refused] == ["twice"]
    assert Term.objects.count() == 1


def test_two_terms_at_once_are_both_in_the_version(nina, omar):
    for number in range(5):
        at_once(adds(nina, f"flarestop of door {'abcde'[number]}"), adds(omar, f"moondust of door {'abcde'[number]}"))
        assert Centre.objects.get().terms_version == version()
    assert Term.objects.count() == 10


def test_agreeing_and_keeping_at_once_does_one_of_them(nina, omar, rhea):
    for words in ("flarestop", "moondust", "starbalm"):
        term = adds(nina, words)()
        terms.propose(term, nurse=fresh(nina), reason="The shop is gone.")
        done = at_once(partial(terms.agree, term, nurse=fresh(omar)), partial(terms.keep, term, nurse=fresh(rhea)))
        assert sorted(done) == [False, True]
        assert Term.objects.in_use().filter(pk=term.pk).exists() == done[1]
        assert Centre.objects.get().terms_version == version()
    assert Act.objects.filter(verb__in=["term_removed", "term_kept"]).count() == 3
    assert list(audit.faults()) == []
