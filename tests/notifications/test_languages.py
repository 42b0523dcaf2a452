"""A mail speaks its recipient's language, and comes from nobody in particular."""

import pytest
from django.utils import translation

from notifications.letters import letter
from notifications.models import Mail
from tests.saying import nothing


@pytest.fixture
def mail(submit, alice, bob, thread):
    submit(bob, thread, "How lovely.", screen=nothing)
    return Mail.objects.get(recipient=alice, kind="first_reply")


@pytest.mark.parametrize(("chosen", "spoken"), [("en", "en"), ("nl", "nl"), ("fr", "fr"), ("", "nl")])
def test_the_mail_speaks_the_language_of_its_recipient_else_the_centres_first(mail, alice, now, chosen, spoken):
    alice.language = chosen
    alice.save()
    said = letter(mail, now)
    with translation.override(spoken):
        assert said.subject == translation.gettext("Half a Word: there is something for you")
        assert translation.gettext("You log in to read it: our mails hold nobody’s words.") in said.body
    assert translation.get_language() == "en"


def test_the_sender_is_neutral_and_the_mail_says_that_a_machine_wrote_it(mail, alice, now, settings):
    settings.DEFAULT_FROM_EMAIL = "post@forum.example"
    whole = letter(mail, now).message()
    assert whole["From"] == '"Half a Word" <post@forum.example>' or whole["From"] == "Half a Word <post@forum.example>"
    assert whole["To"] == "alice@demo.example"
    assert whole["Auto-Submitted"] == "auto-generated"
    assert set(whole.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date",
        "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
    }  # fmt: skip
