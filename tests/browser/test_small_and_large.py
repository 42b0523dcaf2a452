"""320 pixels wide, large letters and targets, a focus that is seen, no script, a first view that weighs little."""

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response, expect

from tests.browser.pages import Places, every_page, show
from tests.browser.steps import ADVICE, INNOCENT, NOTE, ask, button, on_desk, publish, reply, take_up
from tests.browser.windows import PHONE, Windows

PAGES = list(every_page())
READERS = list(dict.fromkeys(shown.who for shown in PAGES))
FIRST_VIEW = 100_000  # bytes, compressed

WIDER = """() => {
  const page = document.scrollingElement, room = page.clientWidth;
  if (page.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > room + 0.5 && !one.closest(".visually-hidden"))
    .slice(-3).map((one) => `${one.tagName}.${one.className} reaches ${one.getBoundingClientRect().right}`)
    .concat(`${page.scrollWidth} > ${room}`);
}"""

# A control's target is its own box, its label's, or the box that its ::after is stretched over.
# 48 by 48, or 44 by 44 with 8 pixels to the next one; a link among the words of a sentence is as high as its line.
TARGETS = """() => {
  const among = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline" &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const shown = (one) => one.checkVisibility() && !one.closest(".visually-hidden, .skip");
  const box = (one) => {
    if (one.matches("[type=checkbox], [type=radio]") && one.labels[0]) return one.labels[0].getBoundingClientRect();
    const after = getComputedStyle(one, "::after");
    if (after.content !== "none" && after.position === "absolute") {
      let around = one.parentElement;
      while (around && getComputedStyle(around).position === "static") around = around.parentElement;
      return around.getBoundingClientRect();
    }
    return one.getBoundingClientRect();
  };
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => shown(one) && !among(one)).map((one) => ({ one, at: box(one) }));
  const gap = (a, b) => Math.max(b.left - a.right, a.left - b.right, b.top - a.bottom, a.top - b.bottom);
  return all.filter(({ one, at }) => {
    const least = Math.min(at.width, at.height) + 0.5;
    if (least >= 48) return false;
    return least < 44 || all.some((other) => other.one !== one && !other.one.contains(one) && gap(at, other.at) < 8);
  }).map(({ one, at }) => `${one.tagName} "${one.textContent.trim().slice(0, 40)}" ${at.width} x ${at.height}`);
}"""

# After one Tab the browser shows the focus wherever a script puts it, as it would for the keyboard.
FOCUS = """() => {
  const width = (style) => style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const trouble = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!one.checkVisibility()) continue;
    one.focus();
    const name = `${one.tagName} "${one.textContent.trim().slice(0, 40)}"`;
    const row = one.closest(".row");
    const seen = Math.max(width(getComputedStyle(one)), width(getComputedStyle(one, "::after")),
                          row ? width(getComputedStyle(row)) : 0);
    if (document.activeElement !== one || seen < 3) trouble.push(`${name}: outline ${seen}`);
    const at = one.getBoundingClientRect();
    const there = document.elementFromPoint(at.left + at.width / 2, at.top + Math.min(at.height / 2, 20));
    const own = [one, ...(one.labels || [])];
    if (!there || !(there.contains(one) || own.some((part) => part.contains(there))))
      trouble.push(`${name}: covered by ${there && there.className}`);
  }
  return trouble;
}"""


@pytest.mark.parametrize("who", READERS, ids=str)
def test_nothing_scrolls_sideways_and_targets_are_large(windows: Windows, places: Places, who: str | None) -> None:
    page = windows.open(who, "/", viewport=PHONE, has_touch=True, reduced_motion="reduce")
    found: list[str] = []
    for shown in (one for one in PAGES if one.who == who):
        page.set_viewport_size(PHONE)
        show(page, shown, places)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found += [f"{shown.name}, 320 px: {one}" for one in page.evaluate(WIDER)]
        found += [f"{shown.name}, target: {one}" for one in page.evaluate(TARGETS)]
        page.evaluate("document.documentElement.dataset.text = 'larger'")
        found += [f"{shown.name}, larger text at 320 px: {one}" for one in page.evaluate(WIDER)]
        # 200 % of the browser's own letters, on a window of a tablet's width
        page.set_viewport_size({"width": 768, "height": 1024})
        page.evaluate("delete document.documentElement.dataset.text; document.documentElement.style.fontSize = '38px'")
        found += [f"{shown.name}, 200 % text: {one}" for one in page.evaluate(WIDER)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("who", READERS, ids=str)
def test_the_focus_is_seen_on_every_control(windows: Windows, places: Places, who: str | None) -> None:
    page = windows.open(who, "/", reduced_motion="reduce")
    found: list[str] = []
    for shown in (one for one in PAGES if one.who == who):
        show(page, shown, places)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        page.keyboard.press("Tab")
        found += [f"{shown.name}: {one}" for one in page.evaluate(FOCUS)]
    assert found == [], "\n".join(found)


def test_a_reader_chooses_larger_letters_and_colours_and_keeps_them(windows: Windows) -> None:
    page = windows.open("member21", "/boards/")
    normal = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.get_by_text("Text size and colours").click()
    page.get_by_label("Larger").check()
    page.get_by_label("Dark").check()
    button(page, "Use these").click()
    expect(page).to_have_url(f"{windows.url}/boards/")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 1.4 * normal
    elsewhere = windows.open("member21", "/")
    assert elsewhere.locator("html").get_attribute("data-theme") == "dark"
    assert elsewhere.locator("html").get_attribute("data-text") == "larger"


def test_without_script_one_asks_replies_keeps_a_draft_and_decides(windows: Windows) -> None:
    bob = windows.open("bob", java_script_enabled=False)
    nina = windows.open("nina", java_script_enabled=False)
    thread = ask(bob, "Without any script")
    expect(bob.locator("#post-1")).to_contain_text(INNOCENT)
    reply(bob, thread, ADVICE)
    expect(bob.locator(".waiting")).to_contain_text(ADVICE)
    bob.fill("#composer [name=body]", "Only a draft so far.")
    button(bob, "Save as draft").click()
    bob.goto(thread)
    expect(bob.locator("#composer [name=body]")).to_have_value("Only a draft so far.")
    take_up(nina, "Without any script")
    publish(nina, NOTE)
    button(nina, "Undo").click()
    expect(on_desk(nina, "Without any script")).to_have_count(1)
    take_up(nina, "Without any script")
    publish(nina, NOTE)
    bob.goto(thread)
    expect(bob.locator("article.post").last).to_contain_text(NOTE)
    stranger = windows.open(None, "/", java_script_enabled=False)
    button(stranger, "Nederlands").click()
    expect(stranger.locator("html")).to_have_attribute("lang", "nl")


@pytest.mark.parametrize("address", ["/", "/boards/", "{long thread}?page=1"])
def test_a_first_view_weighs_little(windows: Windows, places: Places, address: str) -> None:
    """The page and all that it fetches, compressed as a server in front of it would."""
    page = windows.open("alice")
    fetched: list[Response] = []
    page.on("response", lambda answer: fetched.append(answer))  # Playwright wants a function of Python's own
    page.goto(address.format_map(places.at), wait_until="networkidle")
    weights = {urlsplit(one.url).path: len(gzip.compress(one.body())) for one in fetched}
    assert sum(weights.values()) < FIRST_VIEW, weights
