"""One tap stops all mail: the link of a mail, without logging in, for its own recipient and nobody else."""

import re

import pytest
from django.core.signing import Signer

from notifications.models import MailSetting, Wanted
from notifications.stopping import person_of_token, token_for, wanted_by
from tests.page import read
from tests.saying import nothing


def link(person) -> str:
    return f"/mail/stop/{token_for(person)}/"


@pytest.fixture
def letter(submit, alice, bob, thread, now, box):
    """The mail that tells alice of bob's reply."""
    submit(bob, thread, "How lovely.", screen=nothing)
    return box(alice, now)[0]


def test_every_mail_carries_the_link_and_says_that_one_tap_is_enough(letter, alice):
    stop = f"https://forum.example{link(alice)}"
    assert stop in letter.body
    assert letter.message()["List-Unsubscribe"] == f"<{stop}>"
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_opening_the_link_changes_nothing_and_shows_one_button(browser, alice):
    page = read(browser().get(link(alice)))
    assert [button.label for form in page.forms for button in form.buttons if "Stop" in button.label] == [
        "Stop all mails"
    ]
    assert wanted_by(alice) == Wanted.ALL
    assert browser().head(link(alice)).status_code == 200
    assert not MailSetting.objects.exists()
    assert "Alice" not in page.text
    assert alice.email not in page.html


def test_the_button_stops_all_signed_out_and_twice_is_once(browser, alice, bob):
    for _time in range(2):
        answer = browser().post(link(alice))
        assert "no more mails" in read(answer).text
    assert wanted_by(alice) == Wanted.NONE
    assert wanted_by(bob) == Wanted.ALL


def test_a_mail_programs_one_tap_stops_all_without_cookie_or_form_token(browser, alice):
    answer = browser(enforce_csrf_checks=True).post(link(alice), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert wanted_by(alice) == Wanted.NONE


def test_somebody_elses_session_does_not_make_the_link_theirs(browser, alice, bob):
    browser(bob).post(link(alice))
    assert (wanted_by(alice), wanted_by(bob)) == (Wanted.NONE, Wanted.ALL)


def test_a_link_that_we_did_not_make_is_no_page(browser, alice, bob):
    token = token_for(alice)
    for forged in (
        str(alice.pk),
        f"{bob.pk}:{token.split(':')[1]}",  # alice's signature under bob
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{alice.pk}:",
        Signer().sign(str(alice.pk)),  # signed by us, for something else
        Signer(salt="notifications.stop", key="another key").sign(str(alice.pk)),
        Signer(salt="notifications.stop").sign("not an id"),
        Signer(salt="notifications.stop").sign("00000000-0000-4000-8000-000000000000"),
        "\u0000",
        "x" * 5000,
    ):
        assert person_of_token(forged) is None
        for method in ("get", "post"):
            assert getattr(browser(), method)(f"/mail/stop/{forged}/").status_code == 404
    assert not MailSetting.objects.exists()


def test_the_link_opens_nothing_else(browser, alice):
    client = browser()
    client.post(link(alice))
    assert client.get("/me/mail/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_what_is_stopped_can_be_chosen_again_on_ones_own_page(browser, alice):
    browser().post(link(alice))
    client = browser(alice)
    page = read(client.get("/me/mail/"))
    assert page.form("/me/mail/").value("wanted") == "none"
    for wanted in ("own", "all", "none"):
        client.post("/me/mail/", {"wanted": wanted})
        assert wanted_by(alice) == wanted
    client.post("/me/mail/", {"wanted": "everything of everybody"})
    assert wanted_by(alice) == Wanted.NONE


def test_ones_own_page_leads_to_the_same_link(browser, alice, bob):
    links = [to for to, _words in read(browser(alice).get("/me/mail/")).links if to.startswith("/mail/stop/")]
    assert links == [link(alice)]
    browser(alice).post(links[0])
    assert "/mail/stop/" not in read(browser(alice).get("/me/mail/")).html


def test_the_link_of_the_mail_itself_works(browser, letter, alice):
    address = re.search(r"https://forum\.example(/mail/stop/\S+)", letter.body)
    assert address is not None
    assert browser().post(address[1]).status_code == 200
    assert wanted_by(alice) == Wanted.NONE
