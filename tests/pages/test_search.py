"""The page of search: one field, the newest first, a way to older ones, and an answer to whatever was typed."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from moderation import gate
from moderation.gate.importing import Conversation, Words
from tests.page import read
from tests.saying import nothing


@pytest.fixture
def garden(bob, board, now):
    words = tuple(Words(bob, f"We sat in the garden, day {n}.", now - timedelta(hours=50 - n)) for n in range(1, 46))
    gate.import_published([Conversation(board, "A long summer", words)])


def days(response):
    return [int(one) for one in re.findall(r"garden, day (\d+)", read(response).text)]


def test_members_find_search_in_the_navigation_and_on_the_page_of_boards(browser, alice):
    page = read(browser(alice).get("/boards/"))
    assert "/search/" in dict(page.links)
    assert (page.form("/search/").method, list(page.form("/search/").values)) == ("get", ["q"])
    assert "/search/" not in dict(read(browser().get("/")).links)


def test_a_hit_leads_to_its_post_on_its_page(browser, garden, alice):
    page = read(browser(alice).get("/search/?q=garden+45"))
    address = next(address for address, words in page.links if words == "A long summer")
    assert address.endswith("?page=3#post-45")
    assert browser(alice).get(address).status_code == 200
    assert page.form("/search/").value("q") == "garden 45"


def test_older_ones_are_a_page_further_and_none_is_lost(browser, garden, alice):
    client, found = browser(alice), []
    address = "/search/?q=garden"
    while address:
        response = client.get(address)
        found += days(response)
        address = next(("/search/" + one for one, words in read(response).links if words == "Older"), "")
    assert found == list(range(45, 0, -1))


def test_an_empty_field_asks_and_a_vain_search_says_what_may_help(browser, alice):
    assert "Nothing was found" not in read(browser(alice).get("/search/")).text
    assert "Nothing was found" in read(browser(alice).get("/search/?q=walnut")).text


@pytest.mark.parametrize("query", ["\x00", '"', "*", "' OR 1=1", "a" * 9000, "🤷", "%FF", "<script>", "é" * 300])
@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 400, "٣", "²"])
def test_no_address_is_an_error(browser, alice, query, before):
    response = browser(alice).get(f"/search/?q={quote(query)}&before={before}")
    assert response.status_code == 200
    assert "<script>" not in read(response).html.replace("&lt;script&gt;", "")


def test_a_page_of_hits_costs_four_queries(browser, counted, garden, alice):
    client = browser(alice)
    response, asked = counted(lambda: client.get("/search/?q=garden"))
    assert len(days(response)) == 20
    assert len(asked.reads) <= 4, asked.told
    assert asked.writes == []


def test_who_is_signed_out_is_sent_to_log_in(browser, thread):
    assert browser().get("/search/?q=cold")["Location"].startswith("/accounts/login/")


def test_words_of_another_centre_are_not_found(browser, submit, stranger, their_board, alice):
    submit(stranger, their_board, "A walnut.", title="Theirs", screen=nothing)
    assert "Nothing was found" in read(browser(alice).get("/search/?q=walnut")).text
