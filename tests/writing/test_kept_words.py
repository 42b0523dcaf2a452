"""What was typed survives a form that grew too old and a log-in that ended; nobody else ever gets it."""

import pytest

from forum.models import Post
from moderation.models import Draft, Submission
from tests.page import filled, read

PASSWORD = "a long enough word"


@pytest.fixture
def form(browser, bob, thread, quiet_screen):
    return read(browser(bob).get(f"/threads/{thread.pk}/")).composer


@pytest.fixture
def strict(browser, bob):
    """Bob's browser at a server that asks for the form's protection."""
    return browser(bob, enforce_csrf_checks=True)


def test_an_old_form_comes_back_with_its_words_and_works_when_sent_again(strict, bob, form, thread, post):
    typed = {"body": "Gloves <help> me.\n\nSecond line.", "reply_to": str(post.pk), "csrfmiddlewaretoken": "old"}
    refused = strict.post(form.action, filled(form, **typed))
    page = read(refused)
    assert refused.status_code == 403
    assert "Nothing is lost. Your words are below: send them once more." in page.text
    again = page.composer
    assert (again.action, again.value("body")) == (form.action, typed["body"])
    response = strict.post(again.action, filled(again))
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-2"
    sent = Submission.objects.get(author=bob)
    assert str(sent.client_key) == form.value("client_key")
    assert sent.reply_to == post


def test_title_and_tags_come_back_too(strict, board, tags, quiet_screen):
    typed = {"title": 'Jars "and" lids', "body": "How?", "tags": ["hands", "work"], "client_key": "k"}
    again = read(strict.post("/boards/medicines/new/", typed)).composer
    assert again.values["tags"] == ["hands", "work"]
    assert again.value("title") == 'Jars "and" lids'
    assert strict.post(again.action, filled(again)).status_code == 302
    assert sorted(Post.objects.get().thread.tags.values_list("slug", flat=True)) == ["hands", "work"]


def test_a_clinicians_answer_is_still_an_answer_when_sent_again(browser, nina, bob, submit, board, quiet_screen):
    from moderation.screen import Kind
    from tests.saying import says

    question = submit(bob, board, "May I drink?", title="Wine", screen=says(Kind.M6)).post
    strict = browser(nina, enforce_csrf_checks=True)
    form = read(strict.get(f"/threads/{question.thread_id}/")).composer
    assert form.value("answers") == "on"
    typed = {"body": "A glass is fine.", "csrfmiddlewaretoken": "old"}
    again = read(strict.post(form.action, filled(form, **typed))).composer
    strict.post(again.action, filled(again))
    question.refresh_from_db()
    assert question.question == Post.Question.ANSWERED


def test_a_draft_in_an_old_form_comes_back_too(strict, bob, form):
    saving = form.button("Save as draft").formaction
    again = read(strict.post(saving, filled(form, body="Half a", csrfmiddlewaretoken="old"))).composer
    assert (again.action, again.value("body")) == (saving, "Half a")
    assert strict.post(again.action, filled(again)).status_code == 302
    assert Draft.objects.get(author=bob).words == "Half a"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Referer": "https://evil.example/form"},
    ],
)
def test_a_foreign_page_gets_no_words_back(strict, bob, form, headers):
    typed = filled(form, body="Words of a trap.", csrfmiddlewaretoken="old")
    assert "Words of a trap." in read(strict.post(form.action, typed, headers={"Origin": "http://testserver"})).html
    response = strict.post(form.action, typed, headers=headers)
    assert response.status_code == 403
    assert "Words of a trap." not in response.content.decode()
    assert not Submission.objects.filter(author=bob).exists()


def test_every_form_on_a_page_carries_its_protection(strict, form, thread):
    for one in read(strict.get(f"/threads/{thread.pk}/")).forms:
        assert one.method != "post" or one.value("csrfmiddlewaretoken"), one.action


def log_in(client, person, **data):
    person.set_password(PASSWORD)
    person.save()
    form = read(client.get("/accounts/login/")).form("/accounts/login/")
    return client.post("/accounts/login/", filled(form, login=person.email, password=PASSWORD, **data))


@pytest.mark.parametrize("where", ["thread", "draft"])
def test_words_sent_after_the_log_in_ended_are_a_draft_after_the_next(browser, bob, form, thread, where):
    client = browser()
    target = form.action if where == "thread" else form.button("Save as draft").formaction
    response = client.post(target, filled(form, body="Gloves help me."))
    back = form.action if where == "thread" else "/me/"
    assert response["Location"] == f"/accounts/login/?next={back}"
    assert not Draft.objects.exists()
    assert log_in(client, bob, next=back)["Location"] == back
    assert read(client.get(form.action)).composer.value("body") == "Gloves help me."
    assert Draft.objects.get().author == bob
    assert not Submission.objects.filter(author=bob).exists()


def test_somebody_else_at_the_same_computer_never_gets_them(browser, bob, alice, form):
    client = browser()
    client.post(form.action, filled(form, body="Gloves help me."))
    log_in(client, alice)
    assert not Draft.objects.exists()
    assert read(client.get(form.action)).composer.value("body") == ""
    client.post("/accounts/logout/")
    log_in(client, bob)
    assert not Draft.objects.exists()  # dropped, not passed on


@pytest.mark.parametrize("author", [None, "", "forged", "x" * 5_000])
def test_words_without_a_form_of_ours_are_not_kept(browser, bob, form, author):
    client = browser()
    client.post(form.action, filled(form, body="Gloves help me.", author=author))
    log_in(client, bob)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("what", ["words", "thread", "me", "desk"])
def test_a_signed_out_person_is_sent_to_log_in_and_back(browser, form, thread, post, what):
    address = {"words": form.action, "thread": f"/threads/{thread.pk}/", "me": "/me/", "desk": "/desk/"}[what]
    assert browser().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_a_button_pressed_signed_out_leads_to_a_page_that_opens(browser, bob, post):
    response = browser().post(f"/posts/{post.pk}/withdraw/")
    assert response["Location"] == "/accounts/login/?next=/me/"
