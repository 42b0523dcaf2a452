"""Care cards: whom to call now, honest about who has read. They promise nobody, and never say stop or go on."""

import csv
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext, override

from moderation import care_texts, gate
from moderation.care import card_for
from moderation.care_texts import HOURS, PURPOSES, VOCABULARY, Need, lines_for
from moderation.gate.ruling import CARE_ANSWERS
from moderation.models import Ruling, Submission
from moderation.screen import Kind, Urgency
from people.models import AwayDate
from tests.saying import nothing, says

LANGUAGES = ["en", "nl", "fr"]
PROMISE = re.compile(r"nurse|verpleegkundige|infirmi|we will|at once|soon|follow|\bwij\b|\bnous\b", re.IGNORECASE)
DAY = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))  # Wednesday
NIGHT = DAY.replace(hour=23)
SATURDAY = DAY.replace(day=14)


def rows(name: str) -> list[dict[str, str]]:
    with (VOCABULARY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FLAGS = {row["flag_id"]: row for row in rows("red_flags.csv")}


@pytest.fixture
def seen(submit, bob, thread):
    """Bob's words with one danger sign in them, as the table of red flags has it."""

    def words(flag: str, kind: Kind | None = None, **more) -> Submission:
        urgency = Urgency(FLAGS[flag]["urgency"])
        usual = Kind.R3 if urgency is Urgency.NEXT_WORKING_DAY else Kind.R1
        return submit(bob, thread, "x", screen=says(kind or usual, flag=flag, urgency=urgency), **more)

    return words


def card(submission: Submission, centre, now: datetime = DAY, language: str = "en"):
    return card_for(submission, centre=centre, now=now, language=language)


def numbers(shown) -> list[str]:
    return [line.number for line in shown.lines]


# Help lines


def test_every_purpose_and_every_hour_of_the_table_is_known():
    for row in rows("crisis_lines.csv"):
        assert row["for_what"] in PURPOSES, row["name"]
        if PURPOSES[row["for_what"]] and row["number"][0].isdigit():
            assert row["hours"] in HOURS, row["name"]


def test_a_line_still_to_be_reviewed_is_shown_to_nobody():
    waiting = {(row["country"], row["number"]) for row in rows("crisis_lines.csv") if row["certainty"] == "review"}
    for country in {row["country"] for row in rows("crisis_lines.csv")}:
        for language in [*LANGUAGES, "de"]:
            shown = {(country, line.number) for line in lines_for(country, language, list(Need))}
            assert not shown & waiting


@pytest.mark.parametrize(
    ("country", "language", "expected"),
    [
        ("BE", "nl", ["112", "1733", "1813", "106", "1712"]),
        ("BE", "fr", ["112", "1733", "0800 32 123", "107", "0800 30 030"]),
        ("NL", "nl", ["112", "113", "088 0767 000", "0800-2000"]),
        ("FR", "fr", ["112", "3114"]),
        ("GB", "en", ["999", "111", "116 123"]),
        ("US", "en", ["911", "988"]),
        ("IE", "en", ["112"]),
        ("ZZ", "en", ["112"]),
    ],
)
def test_the_lines_of_a_country_in_the_readers_language(country, language, expected):
    assert numbers_of(lines_for(country, language)) == expected


def numbers_of(lines) -> list[str]:
    return [line.number for line in lines]


def test_where_no_line_speaks_the_readers_language_each_says_what_it_speaks():
    lines = lines_for("BE", "en", [Need.MIND])
    assert numbers_of(lines) == ["1813", "0800 32 123"]
    assert "in Dutch" in lines[0].what
    assert "in French" in lines[1].what


def test_every_shown_number_can_be_dialled():
    for country in {row["country"] for row in rows("crisis_lines.csv")}:
        for line in lines_for(country, "en", list(Need)):
            assert re.fullmatch(r"[0-9+][0-9 -]*", line.number)
            assert line.name
            assert line.what
            assert line.hours


def test_without_the_vocabulary_there_is_still_112(monkeypatch, tmp_path):
    monkeypatch.setattr(care_texts, "VOCABULARY", tmp_path)
    for cached in (care_texts._rows, care_texts._flags, care_texts._lines):
        cached.cache_clear()
    try:
        assert numbers_of(lines_for("BE", "nl")) == ["112"]
    finally:
        monkeypatch.undo()
        for cached in (care_texts._rows, care_texts._flags, care_texts._lines):
            cached.cache_clear()


# The words of cards


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_no_card_promises_a_reader_or_says_stop_or_go_on(seen, centre, flag, language):
    centre.signed = [one.fingerprint for one in care_texts.to_sign(centre.country)]
    shown = card(seen(flag), centre, NIGHT, language)
    whole = f"{shown.title} {shown.text} {shown.hours_note}".replace(shown.hours_note, "")
    assert not PROMISE.search(whole)
    assert not re.search(r"(?i)stop (taking|your)|keep taking|skip|stop met|arrête ", whole)
    assert shown.text.strip()
    assert shown.urgency == FLAGS[flag]["urgency"]


def test_the_action_is_told_in_the_readers_language(seen, centre):
    words = seen("RF08")
    assert [card(words, centre, DAY, one).text for one in LANGUAGES] == [
        "Call 112 now.",
        "Bel nu 112.",
        "Appelle le 112 maintenant.",
    ]


def test_an_action_still_to_be_reviewed_is_not_told(seen, centre):
    assert "adrenaline" not in card(seen("RF20"), centre).text
    assert "112" in card(seen("RF20"), centre).text
    assert "inflamed" not in card(seen("RF23"), centre).text


def test_in_the_united_kingdom_the_number_is_999(seen, centre):
    centre.country = "GB"
    shown = card(seen("RF08"), centre)
    assert shown.text == "Call 999 now."
    assert numbers(shown)[0] == "999"


# Whom to call, and when


def test_an_emergency_names_112_first_at_every_hour(seen, centre):
    words = seen("RF08")
    for hour in (DAY, NIGHT, SATURDAY):
        shown = card(words, centre, hour)
        assert numbers(shown)[0] == "112"
        assert shown.title == "Nobody here has read this yet. Call now."


def test_a_sign_for_today_is_for_the_team_by_day_and_the_doctor_on_duty_at_night(seen, centre):
    words = seen("RF01")
    by_day = card(words, centre, DAY)
    assert numbers(by_day) == ["089 80 12 34", "1733", "112"]
    assert (by_day.title, by_day.hours_note) == ("Nobody here has read this yet. Call today.", "")
    at_night = card(words, centre, NIGHT)
    assert numbers(at_night) == ["1733", "112", "089 80 12 34"]
    assert at_night.title == "Nobody here has read this yet. Call now."
    assert "Mon-Fri 9-12" in at_night.hours_note
    assert numbers(card(words, centre, SATURDAY)) == numbers(at_night)


def test_a_holiday_is_as_the_night(seen, centre):
    AwayDate.objects.create(centre=centre, first="2026-03-11", last="2026-03-11", why=AwayDate.Why.HOLIDAY)
    assert numbers(card(seen("RF01"), centre, DAY))[0] == "1733"


def test_an_overdose_names_the_poison_centre(seen, centre):
    for flag, kind in (("RF19", Kind.R2), ("RF02", Kind.R1)):
        assert numbers(card(seen(flag, kind), centre, DAY, "nl"))[:2] == ["112", "070 245 245"]


def test_thoughts_of_suicide_name_the_lines_of_the_language_and_ask_nothing(seen, centre):
    shown = card(seen("RF18", Kind.R2), centre, NIGHT, "fr")
    assert numbers(shown) == ["112", "0800 32 123", "107"]
    assert (shown.asks, shown.answers, shown.stays, shown.quick_exit) == (False, (), True, False)


def test_violence_at_home_says_nothing_to_who_looks_over_a_shoulder(seen, centre):
    shown = card(seen("RF26", Kind.R2), centre, NIGHT, "nl")
    assert (shown.quick_exit, shown.stays, shown.asks) == (True, False, False)
    assert numbers(shown) == ["112", "1712"]
    assert not re.search(r"(?i)violence|abuse|threat|partner|home", shown.title + shown.text)


def test_an_answer_is_offered_for_danger_about_the_body_until_it_is_given(seen, centre, bob):
    words = seen("RF01")
    shown = card(words, centre)
    assert shown.asks
    assert shown.answers == ()  # without an address there is nowhere to send one
    assert {one.value for one in replace(shown, answer_url="/x/").answers} == CARE_ANSWERS
    gate.answer_care_card(words, by=bob, answer="will_call")
    again = card(Submission.objects.get(pk=words.pk), centre)
    assert not again.asks
    gate.answer_care_card(words, by=bob, answer="called")
    assert card(Submission.objects.get(pk=words.pk), centre) is None


def test_a_soft_sign_gets_a_soft_card_until_it_was_looked_at(seen, centre, nina):
    words = seen("RF25")
    shown = card(words, centre)
    assert (shown.title, shown.urgency) == ("Worth a call on the next working day.", "next_working_day")
    assert numbers(shown) == ["089 80 12 34"]
    gate.looked_at(words, by=nina)
    assert card(Submission.objects.get(pk=words.pk), centre) is None


def test_hopelessness_is_met_with_somebody_who_listens(seen, centre):
    shown = card(seen("RF30"), centre, DAY, "nl")
    assert numbers(shown)[0] == "106"
    with override("nl"):
        assert shown.title == gettext("You do not have to carry this alone.")


def test_the_nearest_of_several_signs_speaks(submit, bob, thread, centre):
    def both(text, *, deadline):
        near = says(Kind.R1, flag="RF08", urgency=Urgency.EMERGENCY)(text)
        far = says(Kind.R3, flag="RF25", urgency=Urgency.NEXT_WORKING_DAY)(text)
        return type(near)(near.findings + far.findings, near.labels, near.scores, near.version)

    shown = card(submit(bob, thread, "x", screen=both), centre)
    assert (shown.urgency, shown.text) == ("emergency", "Call 112 now.")


def test_words_that_could_not_be_read_get_the_general_card(submit, bob, thread, centre):
    def broken(text, *, deadline):
        raise ValueError

    shown = card(submit(bob, thread, "x", screen=broken), centre, NIGHT, "nl")
    assert numbers(shown) == ["112", "089 80 12 34", "1733", "1813"]
    assert not shown.asks


def test_ordinary_words_and_held_advice_get_no_card(submit, bob, thread, centre):
    assert card(submit(bob, thread, "Hello.", screen=nothing), centre) is None
    assert card(submit(bob, thread, "x", screen=says(Kind.M1)), centre) is None
    assert card(submit(bob, thread, "x", screen=says(Kind.R4, Kind.R6)), centre) is None


@pytest.mark.parametrize("verb", [Ruling.Verb.PUBLISHED, Ruling.Verb.RETURNED])
def test_once_a_nurse_has_read_the_card_no_longer_says_that_nobody_has(seen, centre, nina, verb):
    words = seen("RF08")
    gate.rule(words, nurse=nina, outcome=verb, reason="I call you.")
    assert card(Submission.objects.get(pk=words.pk), centre) is None
