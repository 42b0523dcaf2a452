"""One's own page, and how the site looks and speaks for oneself."""

import pytest

from moderation.models import Draft
from moderation.screen import Kind
from people.models import Person
from tests.conftest import fresh
from tests.page import read
from tests.saying import nothing, says


def test_one_finds_all_that_one_wrote_and_what_came_of_it(browser, submit, alice, bob, board, thread):
    waiting = submit(alice, thread, "Take two a day.", screen=says(Kind.M1))
    submit(bob, board, "Words.", title="Bob's own", screen=nothing)
    page = read(browser(alice).get("/me/"))
    assert (f"/words/{waiting.pk}/", "Take two a day.") in page.links
    assert "Cold hands" in page.text
    assert "Waiting for a nurse" in page.text
    assert "Bob's own" not in page.text
    assert "Others know you here as Alice." in page.text


def test_drafts_are_listed_opened_and_deleted_by_their_author_alone(browser, alice, bob, board):
    draft = Draft.objects.create(author=alice, place=f"new:{board.slug}", title="Half", words="Half a thought")
    client = browser(alice)
    assert (f"/drafts/{draft.pk}/", "Half") in read(client.get("/me/")).links
    assert "Half" not in read(browser(bob).get("/me/")).headings
    assert client.get(f"/drafts/{draft.pk}/")["Location"] == "/boards/medicines/new/"
    for method, address in (("get", f"/drafts/{draft.pk}/"), ("post", f"/drafts/{draft.pk}/delete/")):
        assert getattr(browser(bob), method)(address).status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert client.post(f"/drafts/{draft.pk}/delete/")["Location"] == "/me/"
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert client.get(f"/drafts/{10**30}/").status_code == 404


def test_a_phase_is_kept_and_an_unknown_one_changes_nothing(browser, alice):
    client = browser(alice)
    client.post("/me/phase/", {"phase": "flare"})
    assert fresh(alice).phase == Person.Phase.FLARE
    assert read(client.get("/me/")).form("/me/phase/").value("phase") == "flare"
    client.post("/me/phase/", {"phase": "cured"})
    assert fresh(alice).phase == Person.Phase.FLARE
    client.post("/me/phase/", {"phase": ""})
    assert fresh(alice).phase == ""


def test_theme_and_text_size_are_kept_with_the_person(browser, alice, bob):
    page = read(browser(alice).get("/me/"))
    assert page.form("/me/appearance/").value("next") == "/me/"
    response = browser(alice).post("/me/appearance/", {"theme": "dark", "text_size": "larger", "next": "/boards/"})
    assert response["Location"] == "/boards/"
    for client, said in ((browser(alice), True), (browser(bob), False)):
        html = client.get("/me/").content.decode()
        assert ('data-theme="dark"' in html, 'data-text="larger"' in html) == (said, said)


def test_a_stranger_keeps_theme_and_text_size_in_the_session(browser, db):
    client = browser()
    client.post("/me/appearance/", {"theme": "light", "text_size": "large"})
    assert 'data-theme="light" data-text="large"' in client.get("/").content.decode()


@pytest.mark.parametrize("changed", [{"theme": "pink"}, {"text_size": "huge"}, {"theme": '"><script>'}])
def test_an_unknown_look_changes_nothing(browser, alice, changed):
    browser(alice).post("/me/appearance/", {"theme": "dark", "text_size": "large"})
    browser(alice).post("/me/appearance/", {"theme": "light", "text_size": "larger"} | changed)
    assert (fresh(alice).theme, fresh(alice).text_size) == ("dark", "large")


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/", "javascript:1", "\\\\evil.example"])
def test_settings_send_nobody_to_another_site(browser, alice, next_):
    for address, data in (("/me/appearance/", {"theme": "dark"}), ("/me/language/", {"language": "nl"})):
        response = browser(alice).post(address, {**data, "next": next_})
        assert response.status_code == 302
        assert response["Location"] == "/", address


def test_a_language_is_kept_with_the_person_for_the_next_device(browser, alice):
    assert '<html lang="en"' in browser(alice).get("/me/").content.decode()
    browser(alice).post("/me/language/", {"language": "nl", "next": "/me/"})
    assert fresh(alice).language == "nl"
    response = browser(alice).get("/me/")
    assert '<html lang="nl"' in response.content.decode()
    assert response["Content-Language"] == "nl"
    browser(alice).post("/me/language/", {"language": "xx"})
    assert fresh(alice).language == "nl"


def test_a_stranger_is_spoken_to_in_the_browsers_language_or_the_chosen_one(browser, db):
    client = browser()
    assert '<html lang="fr"' in client.get("/", headers={"Accept-Language": "fr-BE"}).content.decode()
    client.post("/me/language/", {"language": "nl"})
    assert '<html lang="nl"' in client.get("/", headers={"Accept-Language": "fr-BE"}).content.decode()


def test_a_board_is_named_in_the_readers_language(browser, alice, board):
    board.name = {"en": "Medicines", "nl": "Medicijnen"}
    board.save()
    assert "Medicines" in read(browser(alice).get("/boards/")).headings
    browser(alice).post("/me/language/", {"language": "nl"})
    assert "Medicijnen" in read(browser(alice).get("/boards/")).headings


@pytest.mark.parametrize("address", ["/me/", "/me/phase/"])
def test_a_stranger_has_no_page_and_is_sent_to_log_in(browser, alice, address):
    method = "get" if address == "/me/" else "post"
    assert getattr(browser(alice), method)(address).status_code in {200, 302}
    assert getattr(browser(), method)(address)["Location"].startswith("/accounts/login/")
