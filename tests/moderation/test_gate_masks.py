"""Personal details are left out of what others see; the author's own words stay as typed."""

import pytest
from django.apps import apps

from moderation import gate
from moderation.errors import BadWords
from moderation.gate.submitting import MASK
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind, Urgency
from tests.saying import nothing, says

NUMBER = "0470 12 34 56"


def everything_readers_have() -> str:
    """Every row of every table that the forum reads."""
    return "".join(str(list(model.objects.values())) for model in apps.get_app_config("forum").get_models())


@pytest.mark.parametrize(
    "words",
    [
        f"Call me on {NUMBER} tonight.",
        "Write to an.peeters@example.be please.",
        "I live at Kerkstraat 12, 3600 Genk.",
        "Call me on 0470/12.34.56 or 0470/12.34.56 again.",
        "My **number**: 0470 12 *34* 56",
    ],
)
def test_what_is_published_of_a_personal_detail_is_a_mask(submit, bob, thread, words):
    handed_in = submit(bob, thread, words)
    assert (handed_in.state, handed_in.masked, handed_in.words) == (State.PUBLISHED, True, words)
    assert MASK in handed_in.post.html
    assert MASK in handed_in.post.text
    readers = "".join(one for one in everything_readers_have() if one.isalnum())
    for detail in ("0470123456", "anpeeters", "Kerkstraat12"):
        assert detail not in readers
    assert handed_in.findings.filter(kind=Kind.I1).exists()


def test_a_detail_in_held_words_stays_masked_when_they_are_released(submit, bob, thread, nina):
    waiting = submit(bob, thread, f"Stop it and call {NUMBER}.", screen=says(Kind.M1, Kind.I1, on=NUMBER))
    assert (waiting.state, waiting.masked) == (State.WAITING, True)
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.PUBLISHED)
    assert thread.posts.get(number=2).text == f"Stop it and call {MASK}."


def test_a_change_of_a_post_is_masked_too(submit, alice, post):
    submit(alice, post, f"Call me on {NUMBER}.", title="Cold hands")
    post.refresh_from_db()
    assert NUMBER not in everything_readers_have()
    assert MASK in post.text


def test_a_detail_behind_a_link_is_masked_in_the_address_too(submit, bob, thread):
    words = "See [my page](https://example.org/0470123456)."
    handed_in = submit(bob, thread, words, screen=says(Kind.I1, on="0470123456"))
    assert "0470123456" not in handed_in.html


def test_a_detail_that_cannot_be_masked_makes_the_words_wait(submit, bob, thread):
    split = submit(bob, thread, "0470 12", screen=nothing)
    assert split.state == State.PUBLISHED
    rest = submit(bob, thread, "34 56", screen=says(Kind.I1, field="context"))
    assert (rest.state, rest.outcome) == (State.WAITING, "W")


def test_more_details_than_the_screen_tells_are_not_published(submit, bob, thread):
    many = " ".join(f"0470 {number:02d} {number:02d} {number:02d}," for number in range(80))
    handed_in = submit(bob, thread, many)
    assert handed_in.state == State.WAITING or "0470" not in handed_in.post.text


def test_masking_never_makes_a_danger_wait_later(submit, bob, thread):
    both = submit(bob, thread, "x", screen=says(Kind.R1, Kind.I1, field="context", urgency=Urgency.EMERGENCY))
    assert both.outcome == "W!"


def test_a_title_with_a_personal_detail_is_refused_with_the_words_kept_by_their_author(submit, alice, board):
    with pytest.raises(BadWords) as refused:
        submit(alice, board, "Hello.", title=f"Call {NUMBER}")
    assert (refused.value.field, refused.value.code) == ("title", "personal")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("number", ["089 80 12 34", "089/80.12.34", "112", "1813", "0800 32 123", "070 245 245"])
def test_the_centres_number_and_help_lines_are_nobodys_secret(submit, bob, thread, number):
    handed_in = submit(bob, thread, f"You can ring {number} for that.")
    assert (handed_in.state, handed_in.masked) == (State.PUBLISHED, False)
    assert number in handed_in.post.text


def test_another_number_beside_the_centres_is_masked(submit, bob, thread):
    handed_in = submit(bob, thread, f"Ring 089 80 12 34, or me on {NUMBER}.")
    assert handed_in.post.text == f"Ring 089 80 12 34, or me on {MASK}."


def test_where_the_centre_has_no_number_a_mail_address_is_still_personal(submit, bob, thread, centre):
    bob.centre.nurse_line_phone = "at the desk"
    handed_in = submit(bob, thread, "Write to an.peeters@example.be please.")
    assert handed_in.masked


def test_a_clinicians_own_details_are_masked_as_well(submit, nina, thread):
    assert submit(nina, thread, f"Ring me on {NUMBER}.").post.text == f"Ring me on {MASK}."
