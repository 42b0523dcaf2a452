"""Care texts and help lines of which the vocabulary is not sure: shown once a clinician of the centre has signed."""

import pytest

from moderation import care_texts, signing
from moderation.care import card_for
from moderation.errors import NotHere
from moderation.models import Signature
from moderation.screen import Kind, Urgency
from people import audit
from people.models import Act
from tests.conftest import fresh
from tests.saying import says

URL = "/desk/cards/"
PHONE = "108"  # the listening line in German, which nobody has looked up


def unsure(title, country="BE"):
    return next(one for one in care_texts.to_sign(country) if one.title == title)


@pytest.fixture
def allergy():
    return unsure("Severe allergic reaction")


@pytest.fixture
def help_now(submit, bob, thread, now):
    """The text of bob's card for a severe allergic reaction, as he would read it now."""
    words = submit(bob, thread, "x", screen=says(Kind.R1, flag="RF20", urgency=Urgency.EMERGENCY))

    def text():
        return card_for(words, centre=fresh(bob).centre, now=now, language="en").text

    return text


def numbers(person):
    lines = care_texts.lines_for("BE", "de", [care_texts.Need.LISTEN], fresh(person).centre.signed)
    return [one.number for one in lines]


def test_a_text_is_told_from_the_signature_on_and_until_it_is_taken_back(help_now, allergy, nina, rhea):
    assert "adrenaline" not in help_now()
    assert signing.sign(allergy.fingerprint, by=nina)
    assert "adrenaline" in help_now()
    assert signing.take_back(allergy.fingerprint, by=rhea)
    assert "adrenaline" not in help_now()


def test_a_help_line_is_shown_in_the_frame_of_every_page_once_it_is_signed(browser, nina, bob):
    assert PHONE not in numbers(bob)
    signing.sign(unsure("Telefonhilfe").fingerprint, by=nina)
    assert PHONE in numbers(bob)


def test_a_signature_holds_for_one_centre(allergy, nina, stranger):
    signing.sign(allergy.fingerprint, by=nina)
    assert fresh(nina).centre.signed == [allergy.fingerprint]
    assert fresh(stranger).centre.signed == []


def test_words_that_changed_wait_again(help_now, allergy, nina, monkeypatch):
    signing.sign(allergy.fingerprint, by=nina)
    row = dict(care_texts._flags()["RF20"], action_en="Call 112 and use somebody's adrenaline pen.")
    monkeypatch.setattr(care_texts, "_flags", lambda: {"RF20": row})
    assert "adrenaline" not in help_now()
    assert [one.signature for one in signing.unsure_of(fresh(nina)) if one.text.title == allergy.title] == [None]


def test_who_signed_and_who_took_it_back_stays_on_record(allergy, nina, omar, now):
    signing.sign(allergy.fingerprint, by=nina, now=now)
    assert not signing.sign(allergy.fingerprint, by=omar, now=now)  # somebody was faster
    signing.take_back(allergy.fingerprint, by=omar, now=now)
    assert not signing.take_back(allergy.fingerprint, by=nina, now=now)
    signing.sign(allergy.fingerprint, by=omar, now=now)
    first, second = Signature.objects.order_by("pk")
    assert (first.signed_by, first.ended_by, second.signed_by, second.ended_by) == (nina, omar, omar, None)
    acts = Act.objects.filter(subject=f"card:{allergy.fingerprint}").order_by("id")
    assert [(act.verb, act.actor) for act in acts] == [
        ("card_signed", str(nina.pk)), ("card_unsigned", str(omar.pk)), ("card_signed", str(omar.pk)),
    ]  # fmt: skip
    assert not list(audit.faults())


@pytest.mark.parametrize("who", ["alice", "maya", "fien", "carl", "cora"])
def test_nobody_else_signs_or_sees_the_page(request, who, allergy, browser):
    person = request.getfixturevalue(who)
    with pytest.raises(NotHere):
        signing.sign(allergy.fingerprint, by=person)
    with pytest.raises(NotHere):
        signing.take_back(allergy.fingerprint, by=person)
    assert signing.unsure_of(person) == []
    assert browser(person).get(URL).status_code == 404
    assert browser(person).post(URL, {"sign": allergy.fingerprint}).status_code == 404


def test_what_is_not_on_the_list_cannot_be_signed(nina, browser):
    for wrong in ("", "0" * 16, unsure("Poison Help", "US").fingerprint):
        with pytest.raises(NotHere):
            signing.sign(wrong, by=nina)
    assert browser(nina).post(URL, {}).status_code == 404


def test_the_page_shows_the_words_in_three_languages_and_signs_with_one_press(browser, nina, allergy):
    page = browser(nina)
    for language, words in allergy.texts:
        shown = page.get(URL).content.decode()
        assert f'lang="{language}"' in shown
        assert words.split(".")[0] in shown
    assert "Not shown yet" in shown
    after = page.post(URL, {"sign": allergy.fingerprint}, follow=True)
    assert "Signed. Cards show it from now on." in after.content.decode()
    listed = after.context["unsure"]
    assert [one.text.title for one in listed][-1] == allergy.title  # unsigned first
    assert listed[-1].signature.signed_by == nina
    page.post(URL, {"take_back": allergy.fingerprint})
    assert fresh(nina).centre.signed == []


def test_texts_that_no_card_would_show_need_no_signature():
    assert "Violence, abuse or threat at home" not in {one.title for one in care_texts.to_sign("BE")}
