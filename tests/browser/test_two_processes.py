"""Two people at two processes on PostgreSQL and Redis, one of whose clocks is a day off."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_live import LIVE, state, stayed, text, told, unloaded, write
from tests.serving import POSTGRES, REDIS, Base, Server


@pytest.fixture
def two(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    if not (POSTGRES and REDIS):
        pytest.skip("two processes share PostgreSQL and Redis: DATABASE_URL and REDIS_URL name them")
    base = Base(tmp_path_factory.mktemp("two"), postgres=POSTGRES, people=2)
    servers = [Server(base, PROCESSES="2", **REDIS).start() for _ in range(2)]
    yield servers
    for one in servers:
        one.stop()
    base.drop()


def at(browser: Browser, server: Server, place: int, off: timedelta) -> Page:
    """A member's page of the conversation, live, on a device whose clock is off."""
    name, _, key = server.base.cookies[place].partition("=")
    page = browser.new_context(base_url=server.url, locale="en-GB").new_page()
    page.clock.set_system_time(datetime.now(UTC) + off)
    page.context.add_cookies([{"name": name, "value": key, "url": server.url}])
    page.goto(f"/threads/{server.base.thread}/")
    expect(state(page)).to_have_text(LIVE)
    unloaded(page)
    return page


def test_pages_at_two_processes_show_the_same_through_a_restart_and_with_a_clock_a_day_off(
    browser: Browser, two: list[Server]
) -> None:
    here = at(browser, two[0], 0, timedelta(days=1))
    there = at(browser, two[1], 1, timedelta(days=-1))
    write(there, "It was raining *cats* here.")
    expect(here.locator("#post-2 .prose em")).to_have_text("cats")
    write(here, "And dogs.")
    expect(there.locator("#post-3 .prose")).to_have_text("And dogs.")
    assert two[0].stop() == 0
    expect(state(here)).to_have_text(text(here, "away"))
    write(there, "While you were away.")
    expect(told(there)).to_have_text("Published.")
    two[0].start()
    expect(here.locator("#post-4 .prose")).to_have_text("While you were away.", timeout=40_000)
    expect(state(here)).to_have_text(LIVE)
    for page in (here, there):
        expect(page.locator(".post")).to_have_count(4)
        assert stayed(page)
        page.context.close()
