"""The demo's words are data; here only their shape is looked at. What they say is the screen's business."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).resolve().parent.parent / "demo" / "content"
LANGUAGES = {"en", "nl", "fr"}
ROLES = {"patient", "mentor", "nurse", "rheumatologist", "physiotherapist", "coach", "coordinator"}
PHASES = {"just_told", "first_medicine", "settling", "flare", "later", ""}
CAST = {
    "alice": "patient",
    "bob": "patient",
    "maya": "mentor",
    "nina": "nurse",
    "omar": "nurse",
    "rhea": "rheumatologist",
    "fien": "physiotherapist",
    "carl": "coach",
    "cora": "coordinator",
}
TITLE, WORDS, NOTE, TAGS, PAGE = 120, 10_000, 2_000, 5, 20


def load(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


BOARDS = load("boards.json")
PEOPLE = {one["account"]: one for one in load("people.json")}
TAG_SLUGS = {one["slug"] for one in load("tags.json")}
WAITING = load("waiting.json")
RULINGS = load("rulings.json")
PHRASES = json.loads((Path(__file__).parent.parent / "moderation/phrases.json").read_text(encoding="utf-8"))
THREADS_OF = {board["slug"]: load(f"threads/{board['slug']}.json") for board in BOARDS}
THREADS = [thread for threads in THREADS_OF.values() for thread in threads]
TITLES = {thread["title"] for thread in THREADS}


def posts_of(thread: dict[str, Any]) -> list[dict[str, Any]]:
    return [thread, *thread["replies"]]


POSTS = [post for thread in THREADS for post in posts_of(thread)]


def is_mentor(account: str) -> bool:
    return "mentor" in PEOPLE[account]["roles"]


def test_there_are_eight_boards_and_four_of_them_are_on_the_front():
    assert len(BOARDS) == 8
    assert sorted(board["order"] for board in BOARDS) == list(range(1, 9))
    assert sum(board["front"] for board in BOARDS) == 4
    assert {board["expert"] for board in BOARDS} == {"nurse", "physiotherapist"}
    assert {path.stem for path in (CONTENT / "threads").glob("*.json")} == set(THREADS_OF)


def test_there_are_forty_threads_five_a_board_and_three_hundred_posts():
    assert [len(threads) for threads in THREADS_OF.values()] == [5] * 8
    assert len(POSTS) == 300
    assert len(TITLES) == len(THREADS) == 40


def test_one_thread_is_longer_than_a_page_and_none_of_the_first_ones():
    assert [len(posts_of(thread)) for thread in THREADS if len(posts_of(thread)) > PAGE] == [45]
    for threads in THREADS_OF.values():
        assert len(posts_of(threads[0])) < 15
        assert not any("expect" in post for post in posts_of(threads[0]))


def test_the_cast_has_its_roles_and_nobody_shares_a_name():
    assert {account: role for account, role in CAST.items() if role in PEOPLE[account]["roles"]} == CAST
    assert len({one["name"] for one in PEOPLE.values()}) == len(PEOPLE) == len(load("people.json"))
    assert sum(is_mentor(account) for account in PEOPLE) == 7
    for one in PEOPLE.values():
        assert set(one["roles"]) <= ROLES
        assert one["roles"]
        assert one["phase"] in PHASES
        assert one["language"] in LANGUAGES


@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread["title"][:40])
def test_a_thread_refers_only_to_what_there_is_and_runs_forward_in_time(thread):
    posts = posts_of(thread)
    assert thread["title"].strip()
    assert len(thread["title"]) <= TITLE
    assert len(thread["tags"]) <= TAGS
    assert set(thread["tags"]) <= TAG_SLUGS
    assert thread["language"] in LANGUAGES
    assert 0.1 <= thread["days_ago"] <= 60
    for number, post in enumerate(posts):
        assert post["author"] in PEOPLE
        assert 0 < len(post["words"]) <= WORDS
        assert post.get("language", "en") in LANGUAGES
        quoted = post.get("quotes")
        assert quoted is None or 0 <= quoted < number
        if "answer" in post:
            assert {"nurse", "rheumatologist"} & set(PEOPLE[post["answer"]["author"]]["roles"])
            assert 0 < post["answer"]["days_ago"] <= post["days_ago"]
            assert 0 < len(post["answer"]["words"]) <= WORDS
    assert all(earlier["days_ago"] >= later["days_ago"] > 0 for earlier, later in pairwise(posts))


def test_all_three_languages_are_there():
    count = {language: sum(thread["language"] == language for thread in THREADS) for language in LANGUAGES}
    assert count["nl"] >= 5
    assert count["fr"] >= 4
    assert count["en"] > 20


def test_some_questions_still_wait_for_a_mentor():
    waiting = [
        thread
        for thread in THREADS
        if PEOPLE[thread["author"]]["roles"] == ["patient"]
        and not any(is_mentor(reply["author"]) for reply in thread["replies"])
    ]
    assert len(waiting) >= 5


@pytest.mark.parametrize("words", WAITING + RULINGS, ids=lambda words: words["words"][:40])
def test_what_waits_or_was_ruled_on_has_a_place_and_an_author(words):
    assert words["author"] in PEOPLE
    assert words["language"] in LANGUAGES
    assert 0 < len(words["words"]) <= WORDS
    if "board" in words:
        assert words["board"] in THREADS_OF
        assert len(words["title"]) <= TITLE
        assert set(words["tags"]) <= TAG_SLUGS
        assert len(words["tags"]) <= TAGS
    else:
        place = next(thread for thread in THREADS if thread["title"] == words["thread"])
        ago = words["days_ago"] if "days_ago" in words else words["hours_ago"] / 24
        assert 0 < ago <= place["days_ago"]


def test_fourteen_wait_and_six_were_ruled_on():
    assert len(WAITING) == 14
    assert len(RULINGS) == 6
    assert {one["language"] for one in WAITING} == LANGUAGES
    assert {one["ruling"] for one in RULINGS} == {"publish", "publish_with_note", "return", "refuse"}
    assert any(one["author"] == "alice" and one["ruling"] == "return" for one in RULINGS)
    for one in RULINGS:
        assert "nurse" in PEOPLE[one["nurse"]]["roles"]
        assert one["nurse"] != one["author"]
        assert bool(one["text"]) == (one["ruling"] != "publish")
        assert len(one["text"]) <= NOTE


def test_somebody_whose_first_words_wait_has_written_nothing_else():
    wrote = {post["author"] for post in POSTS} | {one["author"] for one in RULINGS}
    assert any(one["author"] not in wrote for one in WAITING)


def test_names_and_phrases_are_in_three_languages_and_short():
    for texts in [*(b["name"] for b in BOARDS), *(b["about"] for b in BOARDS), *(t["name"] for t in load("tags.json"))]:
        assert set(texts) == LANGUAGES
        assert all(text.strip() for text in texts.values())
    assert len({phrase["id"] for phrase in PHRASES}) == len(PHRASES) == 16
    for phrase in PHRASES:
        assert phrase["use"] in {"return", "refuse", "note"}
        assert set(phrase["text"]) == LANGUAGES
        for text in phrase["text"].values():
            assert 0 < len(text.split()) < 60, phrase["id"]


@pytest.mark.parametrize("slug", THREADS_OF)
def test_the_first_thread_of_a_board_is_the_one_that_moved_last(slug):
    first, *others = THREADS_OF[slug]
    newest = min([first["days_ago"], *(reply["days_ago"] for reply in first["replies"])])
    titles = {thread["title"] for thread in others}
    moved = [one["days_ago"] for thread in others for one in [thread, *thread["replies"]]]
    moved += [one["days_ago"] for one in RULINGS if one.get("thread") in titles or one.get("board") == slug]
    assert newest < min(moved)
