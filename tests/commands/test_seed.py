"""manage.py seed: volume for measurements, with sessions that are signed in."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from forum.models import Event, Post, Thread
from moderation.models import Submission
from people.models import Person
from tests.page import read


def seed(**options):
    out = io.StringIO()
    call_command("seed", stdout=out, **options)
    return out.getvalue()


def test_it_makes_the_people_threads_and_posts_that_were_asked_for(db):
    said = seed(people=12, threads=30, posts=100)
    assert (Person.objects.count(), Thread.objects.count(), Post.objects.count()) == (12, 30, 100)
    assert said == "30 threads, 100 posts; 0 texts held and left out\n"
    for thread in Thread.objects.all():
        numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, thread.head_number + 1))
        assert list(thread.events.order_by("seq").values_list("seq", flat=True)) == numbers
    assert Submission.objects.count() == Event.objects.count() == 100


@pytest.mark.parametrize(("threads", "posts"), [(1, 1), (2, 5), (3, 3), (40, 41)])
def test_few_are_as_many_as_were_asked_for(db, threads, posts):
    seed(people=2, threads=threads, posts=posts)
    assert (Thread.objects.count(), Post.objects.count()) == (threads, posts)


def test_asked_twice_there_is_twice_as_much(db):
    seed(people=3, threads=2, posts=4)
    seed(people=3, threads=2, posts=4)
    assert (Person.objects.count(), Thread.objects.count(), Post.objects.count()) == (6, 4, 8)


def test_the_same_number_makes_the_same_words(db):
    seed(people=3, threads=2, posts=4, seed=7)
    seed(people=3, threads=2, posts=4, seed=7)
    titles = list(Thread.objects.values_list("title", flat=True))
    assert (len(titles), len(set(titles))) == (4, 2)


def test_its_cookies_open_pages_as_members(db, client, tmp_path):
    file = tmp_path / "cookies"
    seed(people=5, threads=2, posts=4, cookies=str(file), sessions=3)
    lines = file.read_text(encoding="ascii").splitlines()
    assert len(set(lines)) == len(lines) == 3
    assert client.get("/boards/").status_code == 302
    for line in lines:
        page = read(client.get("/boards/", headers={"Cookie": line}))
        assert "Choose a theme" in page.headings
        assert "seeded-1" in page.text


@pytest.mark.parametrize("options", [{"people": 0}, {"threads": 0}, {"threads": 5, "posts": 4}, {"posts": -1}])
def test_less_than_one_of_each_is_a_clear_word(db, options):
    with pytest.raises(CommandError, match="At least one person, one thread, and a post for each thread"):
        seed(**({"people": 3, "threads": 2, "posts": 4} | options))
    assert not Person.objects.exists()


def test_it_is_refused_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="does not run with MODE=production"):
        seed(people=3, threads=2, posts=4)
    assert not Person.objects.exists()
