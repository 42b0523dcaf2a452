"""Joining with a code: three pages, one use, the very text that was agreed to, and one answer for every wrong code."""

import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from people import audit, join_pages, joining, pseudonyms
from people.joining import AddressTaken, CodeRefused, forum_consent, invitation, invite, join
from people.models import Act, Consent, Grant, Invitation, Person, Role
from tests.conftest import member
from tests.page import read

PASSWORD = "seven quiet herons"
ADDRESS = "Newcomer@Example.org"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


@pytest.fixture
def code(centre, cora):
    return invite(centre=centre, by=cora)


def given(**more):
    return {"email": ADDRESS, "password": PASSWORD, "adult": "on"} | more


def agreed(code: str, *, language: str = "en") -> Client:
    """A browser that stands before page 3."""
    client = Client(headers={"accept-language": language})
    assert client.post("/join/", {"code": code})["Location"] == "/join/consent/"
    text = typed(client.get("/join/consent/"), "text")
    assert client.post("/join/consent/", {"text": text})["Location"] == "/join/account/"
    return client


def typed(response, name: str) -> str:
    """What stands in the field of this name."""
    return next(form.value(name) for form in read(response).forms if name in form.values)


def joins(invited, **more):
    asked = {"email": "new@example.org", "password": PASSWORD, "pseudonym": "Calm Heron", "language": "en"}
    return join(invited, **(asked | {"consent": forum_consent("en")} | more))


# The code


def test_a_code_is_twelve_signs_that_cannot_be_mistaken_on_paper_and_only_its_hash_is_kept(centre, cora):
    seen = {invite(centre=centre, by=cora) for _ in range(30)}
    assert len(seen) == 30
    for one in seen:
        assert [len(part) for part in one.split("-")] == [4, 4, 4]
        assert not set(one) & set("01OILUabcdefghijklmnopqrstuvwxyz")
        assert one not in str(list(Invitation.objects.values()))
        assert one.replace("-", "") not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda one: one.replace("-", " "), lambda one: f"  {one.replace('-', '')}\n", str.title]
)
def test_a_code_is_known_in_whatever_way_it_is_typed(code, typed):
    assert invitation(typed(code)).uses_left == 1


@pytest.mark.parametrize("typed", ["", "-", "0000-0000-0000", "ABCD", "x" * 4000, "\x00", "é", "🤷", "' OR 1=1 --"])
def test_anything_else_is_refused(code, typed):
    with pytest.raises(CodeRefused):
        invitation(typed)


def test_a_code_is_open_for_ninety_days(centre, cora, now):
    code = invite(centre=centre, by=cora, now=now)
    assert invitation(code, now=now + timedelta(days=90) - timedelta(seconds=1))
    with pytest.raises(CodeRefused):
        invitation(code, now=now + timedelta(days=90))


def test_wrong_used_and_expired_codes_get_the_same_answer(centre, cora, code):
    used = invite(centre=centre, by=cora)
    joins(invitation(used))
    old = invite(centre=centre, by=cora, now=timezone.now() - timedelta(days=91))
    wrong = "ABCD-EFGH-JKMN"
    assert Client().post("/join/", {"code": code}).status_code == 302
    said = {}
    for kind, one in (("wrong", wrong), ("used", used), ("old", old)):
        answer = Client().post("/join/", {"code": one})
        page = read(answer)
        assert answer.status_code == 400
        assert "We do not know this code" in page.text
        said[kind] = page.text.replace(one, "CODE")
    assert said["wrong"] == said["used"] == said["old"]


def test_a_code_for_several_is_used_up_one_by_one(centre, cora):
    code = invite(centre=centre, by=cora, uses=2)
    for number in range(2):
        joins(invitation(code), email=f"n{number}@example.org", pseudonym=f"Calm Heron {number}")
    with pytest.raises(CodeRefused):
        invitation(code)


def test_too_many_wrong_codes_have_to_wait_and_right_ones_never_count(code, centre, cora):
    many = invite(centre=centre, by=cora, uses=50)
    for _ in range(join_pages.TRIES + 5):
        assert Client().post("/join/", {"code": many}).status_code == 302
    for _ in range(join_pages.TRIES):
        assert Client().post("/join/", {"code": "wrong"}).status_code == 400
    for one in ("wrong", code):
        answer = Client().post("/join/", {"code": one})
        assert answer.status_code == 429
        assert "Please wait ten minutes." in read(answer).text
        assert answer["Retry-After"] == str(join_pages.TRIES_WITHIN)
        assert typed(answer, "code") == one
    assert Client(REMOTE_ADDR="10.1.2.3").post("/join/", {"code": code}).status_code == 302


# What is agreed to


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_what_was_agreed_to_is_kept_with_version_language_and_the_hash_of_the_very_text(code, language):
    client = agreed(code, language=language)
    shown = read(client.get("/join/consent/"))
    text = forum_consent(language)
    assert shown.html.count("<li>") >= len(text.points) >= 5
    for words in (text.intro, *text.points):
        assert words in shown.text
    assert client.post("/join/account/", given()).status_code == 302
    kept = Consent.objects.get()
    file = joining.TEXTS / f"forum-{text.version}.{language}.md"
    assert (kept.kind, kept.version, kept.language) == ("forum", joining.FORUM_VERSION, language)
    assert kept.text_hash == sha256(file.read_bytes()).hexdigest()
    assert (kept.person.email, kept.withdrawn_at) == (ADDRESS.lower(), None)
    assert kept.person.language == language


def test_there_is_a_consent_in_every_language_of_the_site(settings):
    assert {forum_consent(one).language for one, _name in settings.LANGUAGES} == {"en", "nl", "fr"}
    assert len({forum_consent(one).hash for one, _name in settings.LANGUAGES}) == 3
    assert forum_consent("de") == forum_consent("en")


def test_who_changes_the_language_after_agreeing_agreed_to_what_they_read(code):
    client = agreed(code, language="nl")
    client.post("/me/language/", {"language": "fr"})
    assert client.post("/join/account/", given()).status_code == 302
    kept = Consent.objects.get()
    assert (kept.language, kept.text_hash) == ("nl", forum_consent("nl").hash)
    assert kept.person.language == "fr"


def test_agreeing_to_another_text_than_the_one_shown_shows_the_present_one(code):
    client = Client()
    client.post("/join/", {"code": code})
    for text in ("", "0" * 64, forum_consent("fr").hash):
        answer = client.post("/join/consent/", {"text": text})
        assert (answer.status_code, forum_consent("en").intro in read(answer).text) == (200, True)
    assert client.get("/join/account/")["Location"] == "/join/consent/"


def test_a_new_version_is_agreed_to_anew(code, monkeypatch):
    client = agreed(code)
    monkeypatch.setattr(joining, "FORUM_VERSION", "2")
    joining.forum_consent.cache_clear()
    monkeypatch.setattr(joining, "TEXTS", joining.TEXTS)
    monkeypatch.setattr(join_pages, "forum_consent", lambda language: joining.ConsentText("forum", "2", "en", "New."))
    try:
        assert client.post("/join/account/", given())["Location"] == "/join/consent/"
        assert not Person.objects.filter(email=ADDRESS.lower()).exists()
    finally:
        joining.forum_consent.cache_clear()


def test_no_page_is_skipped(code):
    client = Client()
    for page in ("/join/consent/", "/join/account/"):
        assert client.get(page)["Location"] == client.post(page, given())["Location"] == "/join/"
    client.post("/join/", {"code": code})
    assert client.get("/join/account/")["Location"] == "/join/consent/"
    assert client.post("/join/account/", given())["Location"] == "/join/consent/"
    assert not Person.objects.filter(email=ADDRESS.lower()).exists()


# The account


def test_three_pages_lead_from_the_code_to_the_first_words(code, board, cora):
    client = agreed(code)
    name = read(client.get("/join/account/")).headings[0].removeprefix("Your name here: ")
    answer = client.post("/join/account/", given())
    assert answer["Location"] == f"/boards/{board.slug}/new/"
    assert f"Welcome, {name}." in read(client.get(answer["Location"])).text
    person = Person.objects.get(email=ADDRESS.lower())
    assert (person.pseudonym, person.centre, person.roles) == (name, cora.centre, {Role.PATIENT})
    assert person.check_password(PASSWORD)
    assert Client().login(email=ADDRESS.lower(), password=PASSWORD)


def test_the_role_is_given_by_whoever_invited_and_is_an_act_in_the_chain(code, cora):
    person = joins(invitation(code))
    assert Grant.objects.get(person=person).given_by == cora
    assert Act.objects.filter(verb="granted", actor=str(cora.pk), subject=f"person:{person.pk}").count() == 1
    assert "example" not in str(list(Act.objects.values()))
    assert list(audit.faults()) == []


def test_one_may_ask_for_another_name_and_keeps_what_was_typed(code):
    client = agreed(code)
    first = read(client.get("/join/account/")).headings[0]
    answer = client.post("/join/account/", given(another="1"))
    page = read(answer)
    assert answer.status_code == 200
    assert page.headings[0] != first
    assert typed(answer, "email") == ADDRESS
    client.post("/join/account/", given())
    assert f"Your name here: {Person.objects.get(email=ADDRESS.lower()).pseudonym}" == page.headings[0]


def test_a_name_that_was_given_to_somebody_else_meanwhile_becomes_another(code, alice, monkeypatch):
    monkeypatch.setattr(pseudonyms, "give", lambda: "Another Name")
    assert joins(invitation(code), pseudonym="Alice").pseudonym == "Another Name"


@pytest.mark.parametrize("address", ["alice@demo.example", "ALICE@Demo.Example"])
def test_an_address_that_somebody_has_is_refused_and_the_code_stays_open(code, alice, address):
    with pytest.raises(AddressTaken):
        joins(invitation(code), email=address)
    client = agreed(code)
    answer = client.post("/join/account/", given(email=address))
    assert answer.status_code == 400
    assert "This address cannot be used." in read(answer).text
    assert invitation(code).uses_left == 1
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("password", ["short", "password12345"[:9], "1234567890", "qwertyuiop"])
def test_a_weak_password_keeps_the_form(code, password):
    client = agreed(code)
    answer = client.post("/join/account/", given(password=password))
    assert answer.status_code == 400
    assert typed(answer, "email") == ADDRESS
    assert typed(answer, "adult") == "on"
    assert not Person.objects.filter(email=ADDRESS.lower()).exists()
    assert client.post("/join/account/", given()).status_code == 302


@pytest.mark.parametrize("missing", ["email", "password", "adult"])
def test_everything_on_the_page_is_needed(code, missing):
    client = agreed(code)
    answer = client.post("/join/account/", {name: value for name, value in given().items() if name != missing})
    assert answer.status_code == 400
    assert invitation(code).uses_left == 1


def test_a_session_holds_neither_password_nor_address(code):
    client = agreed(code)
    client.post("/join/account/", given(password="short"))
    client.post("/join/account/", given(another="1"))
    held = str([one.get_decoded() for one in Session.objects.all()])
    assert code in held
    assert "short" not in held
    assert PASSWORD not in held
    assert "example" not in held.lower()
    client.post("/join/account/", given())
    held = str([one.get_decoded() for one in Session.objects.all()])
    assert code not in held
    assert PASSWORD not in held


def test_no_log_line_holds_code_address_or_password(code, caplog):
    caplog.set_level("DEBUG")
    agreed(code).post("/join/account/", given())
    said = caplog.text.lower()
    for secret in (code, code.replace("-", ""), ADDRESS, PASSWORD):
        assert secret.lower() not in said


def test_a_code_that_somebody_used_meanwhile_sends_back_to_the_first_page_with_a_word(code):
    client = agreed(code)
    joins(invitation(code))
    answer = client.post("/join/account/", given())
    assert answer["Location"] == "/join/"
    assert not Person.objects.filter(email=ADDRESS.lower()).exists()
    assert "We do not know this code" in read(client.get("/join/")).text


def test_who_is_logged_in_has_nothing_to_join(alice, code):
    client = agreed(code)
    client.force_login(alice)
    for page in ("/join/", "/join/consent/", "/join/account/"):
        assert client.get(page)["Location"] == "/"
        assert client.post(page, given(code=code))["Location"] == "/"
    assert invitation(code).uses_left == 1


def test_a_centre_without_boards_still_lets_people_in(code):
    assert agreed(code).post("/join/account/", given())["Location"] == "/"


# Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_code_at_once_one_joins(centre, now):
    cora = member("cora", centre, [Role.COORDINATOR], now)
    for number in range(10):
        invited = invitation(invite(centre=centre, by=cora))
        results = _at_once(
            lambda n=number, i=invited: joins(i, email=f"a{n}@example.org", pseudonym=f"A {n}"),
            lambda n=number, i=invited: joins(i, email=f"b{n}@example.org", pseudonym=f"B {n}"),
        )
        assert sorted(type(one).__name__ for one in results) == ["CodeRefused", "Person"], results
        invited.refresh_from_db()
        assert invited.uses_left == 0
    assert Consent.objects.count() == Grant.objects.filter(role=Role.PATIENT).count() == 10
    assert list(audit.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_address_at_once_one_joins(centre, now):
    cora = member("cora", centre, [Role.COORDINATOR], now)
    for number in range(10):
        invited = invitation(invite(centre=centre, by=cora, uses=2))
        results = _at_once(
            lambda n=number, i=invited: joins(i, email=f"a{n}@example.org", pseudonym=f"A {n}"),
            lambda n=number, i=invited: joins(i, email=f"A{n}@Example.org", pseudonym=f"B {n}"),
        )
        assert sorted(type(one).__name__ for one in results) == ["AddressTaken", "Person"], results
        invited.refresh_from_db()
        assert invited.uses_left == 1


def _at_once(*acts):
    start, results = threading.Barrier(len(acts), timeout=20), [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            results[place] = act()
        except Exception as error:  # shown by the assertion that follows
            results[place] = error
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return results
