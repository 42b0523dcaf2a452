"""A real Chromium beside a real demo. Playwright runs a loop of its own, so that no test here touches the ORM."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo import Demo
from tests.browser.pages import Places, make_places
from tests.browser.windows import SLOW, Windows

# No sandbox: a container has no user namespaces. Nothing is fetched but from the demo.
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Somebody without one skips these tests; the project's own machine may not."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found and Path(found).exists():
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("No Chromium: install it, or name it in CHROMIUM.")
    pytest.skip("no Chromium here (CHROMIUM names one)")


@pytest.fixture(scope="session")
def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    running.wait()
    yield running
    status, said = running.stop(), running.said()
    assert status == 0, f"The demo did not stop cleanly ({status}):\n{said}"
    assert "Traceback" not in said, said


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """The cookies of those who have logged in."""
    return {}


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Not longer than this folder: while Playwright's loop runs, Django refuses the ORM in the same thread."""
    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def windows(browser: Browser, demo: Demo, sessions: dict[str, Any]) -> Iterator[Windows]:
    """Every test ends with no error on a console, no breach of the content policy, no request to elsewhere."""
    opened = Windows(browser, demo, sessions)
    yield opened
    opened.close()
    assert opened.trouble == []


@pytest.fixture(scope="session")
def _made() -> dict[str, Places]:
    return {}


@pytest.fixture
def places(windows: Windows, demo: Demo, _made: dict[str, Places]) -> Places:
    """What the pages show, made once in each demo."""
    if demo.url not in _made:
        _made[demo.url] = make_places(windows)
        _made[demo.url].at["code"] = demo.said().rpartition("with the code ")[2].split()[0]
    return _made[demo.url]
