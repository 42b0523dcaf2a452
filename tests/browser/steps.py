"""What people do on the site, in the words of a story."""

from playwright.sync_api import Locator, Page, expect

INNOCENT = "I walked to the letterbox today and it felt like a small victory."
ADVICE = "You should stop your methotrexate for two weeks, it did me good."
QUESTION = "Is it safe to drink wine on methotrexate?"
DANGER = "I take Humira and since last night I have a fever of 39.5 and chills."
NOTE = "Please talk it over with your own nurse before you change anything."


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name)


def link(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("link", name=name)


def send(page: Page, words: str) -> None:
    """Writes in the page's composer and sends it."""
    page.fill("#composer [name=body]", words)
    page.locator("#composer .actions .button--primary").click()
    page.wait_for_load_state()


def ask(page: Page, title: str, words: str = INNOCENT, board: str = "energy") -> str:
    """Begins a conversation; the address of where the words stand then: the thread, or one's own words."""
    page.goto(f"/boards/{board}/new/")
    page.fill("#composer [name=title]", title)
    send(page, words)
    return page.url.split("?")[0].split("#")[0]


def reply(page: Page, thread: str, words: str) -> None:
    page.goto(thread)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/reply/")):
        send(page, words)


def on_desk(page: Page, title: str) -> Locator:
    """The row of what waits under this title."""
    page.goto("/desk/")
    return page.locator(".desk-row").filter(has_text=title)


def take_up(page: Page, title: str) -> None:
    """Opens from the desk what waits under this title."""
    on_desk(page, title).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()


def publish(page: Page, note: str = "") -> None:
    """Publishes, and looks at the own note once more where that is asked."""
    page.fill("[name=note]", note)
    button(page, "Publish").click()
    if page.get_by_role("heading", name="Please look at your note once more").is_visible():
        button(page, "Publish").click()
    expect(page.get_by_text("Done: ")).to_be_visible()


def send_back(page: Page, reason: str) -> None:
    page.fill("[name=reason]", reason)
    button(page, "Return with the reason").click()
    expect(page.get_by_text("Done: ")).to_be_visible()
