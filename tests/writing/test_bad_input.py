"""Whatever bytes arrive: a clear word or a hold, what was typed kept where it could be read, never an error of ours."""

import pytest

from forum.models import Post
from moderation.models import Submission
from tests.page import filled, read

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def send(browser, bob, thread, quiet_screen):
    """Bob sends raw bytes to Alice's conversation."""
    client = browser(bob)

    def post(data: bytes, content_type: str = FORM):
        return client.post(f"/threads/{thread.pk}/reply/", data, content_type=content_type)

    return post


@pytest.fixture
def shown(browser, alice, thread):
    return lambda: read(browser(alice).get(f"/threads/{thread.pk}/")).text


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (b"Cold%00 hands", "Cold hands"),
        (b"Cold%01%02%1b%7f hands", "Cold hands"),
        (b"Cold%C2%85 hands", "Cold hands"),
        (b"Cold%0D%0Ahands", "Cold hands"),
        (b"Cold%E2%80%AEhands", "Coldhands"),  # would turn the writing round
        (b"Cold %ED%A0%80 hands", "Cold \ufffd\ufffd\ufffd hands"),  # half of a pair, as utf-8 would spell it
        (b"Cold %FF%FE hands", "Cold \ufffd\ufffd hands"),
        (b"Cold \xe9\xe8 hands", "Cold éè hands"),  # read as Latin-1, as very old browsers meant it
        (b"Cold %F0%9F%98 hands", "Cold \ufffd hands"),
        (b"Cold %uD800 hands", "Cold %uD800 hands"),
        (b"%3Cscript%3Ealert(1)%3C/script%3E", "<script>alert(1)</script>"),
    ],
)
def test_bytes_that_are_no_text_are_left_out_or_replaced_and_the_rest_is_published(send, shown, raw, seen):
    response = send(b"body=" + raw)
    assert response.status_code == 302, response.content[:300]
    assert seen in shown()


@pytest.mark.parametrize("raw", [b"", b"%00", b"%00%01%02", b"%E2%80%8B", b"%20%0A%09", b"%E2%80%AE", b"%E3%85%A4"])
def test_nothing_that_a_reader_could_see_is_asked_for_again(send, raw):
    response = send(b"body=" + raw)
    assert response.status_code == 400
    assert "Write something first." in read(response).text
    assert send(b"body=A").status_code == 302


def test_a_lone_surrogate_in_every_field_breaks_nothing(browser, bob, board, tags, quiet_screen):
    half = b"%ED%A0%80"
    raw = b"&".join(name + b"=" + half for name in (b"title", b"body", b"tags", b"client_key", b"reply_to", b"checked"))
    response = browser(bob).post("/boards/medicines/new/", raw, content_type=FORM)
    assert response.status_code == 400
    assert "Choose tags from the list." in read(response).text


def test_a_megabyte_is_refused_with_all_its_words(send):
    response = send(b"body=" + b"y" * 1_000_000)
    assert response.status_code == 400
    assert "longer than 10,000 characters" in read(response).text
    assert read(response).composer.value("body") == "y" * 1_000_000


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x"])
def test_five_megabytes_are_refused_and_the_page_is_honest_that_they_are_gone(send, content_type):
    words = b"y" * 5_000_000
    parts = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n' + words + b"\r\n--x--\r\n"
    response = send(parts if "multipart" in content_type else b"body=" + words, content_type)
    assert response.status_code == 413
    page = read(response)
    assert "We have not kept it." in page.text
    assert "at most 10,000 characters" in page.text
    assert not Submission.objects.filter(author__email__startswith="bob").exists()


def test_more_fields_than_any_form_has_are_refused(send):
    assert send(b"&".join(b"tags=%d" % n for n in range(200)) + b"&body=A").status_code == 413
    assert send(b"body=A&" + b"&".join(b"tags=%d" % n for n in range(50))).status_code in {302, 400}


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/json", b'{"body": "A"}'),
        ("text/plain", b"body=A"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"body=A"),
        ("", b"body=A"),
    ],
)
def test_other_kinds_of_bodies_are_no_words(send, content_type, data):
    response = send(data, content_type)
    assert response.status_code == 400
    assert not Post.objects.filter(number=2).exists()


def test_a_file_instead_of_words_is_no_words(browser, bob, thread, quiet_screen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = browser(bob).post(f"/threads/{thread.pk}/reply/", {"body": SimpleUploadedFile("a.txt", b"Words")})
    assert response.status_code == 400
    assert "Write something first." in read(response).text


@pytest.mark.parametrize("host", ["evil.example", "a b", ""])
def test_a_foreign_host_gets_a_plain_refusal(browser, bob, host):
    assert browser(bob).get("/boards/").status_code == 200
    response = browser(bob).get("/boards/", headers={"Host": host})
    assert response.status_code == 400
    assert "We could not read that" in read(response).text


def test_numbers_too_large_for_any_database_are_nothing(browser, nina, board):
    huge = 10**30
    for address in (
        f"/drafts/{huge}/",
        f"/desk/?from={huge}",
        f"/desk/?done={huge}",
        f"/boards/medicines/?page={huge}",
    ):
        assert browser(nina).get(address).status_code in {200, 404}, address
    for address in (f"/desk/rulings/{huge}/undo/", f"/drafts/{huge}/delete/"):
        assert browser(nina).post(address).status_code == 404, address


def test_too_much_at_once_keeps_the_words_and_says_when_to_send_again(browser, bob, thread, clock, quiet_screen):
    client = browser(bob)
    form = read(client.get(f"/threads/{thread.pk}/")).composer
    for n in range(20):
        assert client.post(form.action, filled(form, body=f"Line {n}.", client_key=None)).status_code == 302
    response = client.post(form.action, filled(form, body="One more."))
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 20
    page = read(response)
    assert f"Please send again in {response['Retry-After']} seconds." in page.text
    assert page.composer.value("body") == "One more."
    clock.forward(seconds=int(response["Retry-After"]))
    assert client.post(form.action, filled(page.composer)).status_code == 302
