"""Every page of the site, and how somebody comes to see it. A new address needs a line here, or among NOT_PAGES."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, Response, expect

from tests.browser.places import COLLEAGUE, MENTOR, MUTED, NURSE, PATIENT, PAUSED, PHYSIO, Places, Shown
from tests.browser.session_pages import make_session_places, session_pages
from tests.browser.steps import (
    ADVICE,
    DANGER,
    INNOCENT,
    NOTE,
    QUESTION,
    ask,
    on_desk,
    publish,
    send,
    send_back,
    take_up,
)
from tests.browser.windows import Windows


def make_places(windows: Windows) -> Places:
    """One of each thing that a page may show, made as its people make it."""
    places = Places()
    patient, nurse = windows.open(PATIENT), windows.open(NURSE)
    at = places.at
    at["own thread"] = ask(patient, "A page to look at")
    at["own post"] = patient.locator("#post-1 .post__actions a", has_text="Change").get_attribute("href") or ""
    at["question"] = ask(patient, "A question to look at", QUESTION, board="medicines")
    at["danger"] = ask(patient, "A danger to look at", DANGER)
    at["waiting"] = ask(patient, "Advice to look at", f"{INNOCENT} {ADVICE}")
    for title in ("returned", "refused", "published", "taken back"):
        at[title] = ask(patient, f"To be {title}", ADVICE)
    take_up(nurse, "To be returned")
    send_back(nurse, "Please tell it without the advice.")
    take_up(nurse, "To be refused")
    nurse.fill("[name=reason]", "This may harm somebody who reads it.")
    nurse.get_by_role("button", name="Refuse with the reason").click()
    expect(nurse.get_by_text("Done: ")).to_be_visible()
    take_up(nurse, "To be published")
    at["decided item"] = nurse.url
    publish(nurse, NOTE)
    at["done"] = nurse.url
    patient.goto(at["taken back"])
    patient.get_by_role("button", name="Take it back").click()
    at["item"] = on_desk(nurse, "Advice to look at").get_by_role("link").get_attribute("href") or ""
    at["danger item"] = on_desk(nurse, "A danger to look at").get_by_role("link").get_attribute("href") or ""
    nurse.goto(at["own thread"])
    actions = nurse.locator("#post-1 .post__actions a")
    at["take down"] = actions.filter(has_text="Take down").get_attribute("href") or ""
    at["member"] = actions.filter(has_text="About this member").get_attribute("href") or ""
    _tell_and_mute(windows, places)
    _own_terms(windows, places)
    patient.goto("/boards/work/new/")
    patient.fill("[name=title]", "Only half of it")
    patient.fill("[name=body]", "The rest comes later.")
    patient.get_by_role("button", name="Save as draft").click()
    patient.goto("/boards/energy/")
    at["long thread"] = patient.get_by_role("link", name="One good thing this week").get_attribute("href") or ""
    _pause(windows, nurse)
    make_session_places(windows, places)
    return places


def _tell_and_mute(windows: Windows, places: Places) -> None:
    """A mentor's report hides a post of the patient's; the patient mutes somebody, and tells of one post of two."""
    patient, mentor, other = windows.open(PATIENT), windows.open(MENTOR), windows.open(MUTED)
    at = places.at
    at["hidden"] = ask(patient, "A hidden post to look at")
    mentor.goto(at["hidden"])
    mentor.locator("#post-1 .post__actions a", has_text="Tell a nurse").click()
    mentor.get_by_role("button", name="It could harm somebody").click()
    mentor.get_by_role("heading", name="Thank you. A nurse reads this post.").wait_for()
    patient.goto("/me/")
    at["hidden words"] = patient.locator("a", has_text="A hidden post to look at").get_attribute("href") or ""
    at["muted"] = ask(other, "Somebody to mute")
    patient.goto(at["muted"])
    at["report"] = patient.locator("#post-1 .post__actions a", has_text="Tell a nurse").get_attribute("href") or ""
    patient.goto(ask(other, "Something to tell of"))
    patient.locator("#post-1 .post__actions a", has_text="Tell a nurse").click()
    patient.get_by_role("button", name="It is unkind").click()
    patient.get_by_role("heading", name="Thank you. A nurse reads this post.").wait_for()
    at["told"] = patient.url
    patient.goto(at["muted"])
    patient.locator("#post-1").get_by_role("button", name="Mute").click()
    patient.locator("summary", has_text="A post by a member whom you muted").wait_for()


def _own_terms(windows: Windows, places: Places) -> None:
    """A term on the list, one that the nurse proposed to take away, and one that a colleague did."""
    nurse, colleague = windows.open(NURSE), windows.open(COLLEAGUE)
    for who, name in ((nurse, "term"), (nurse, "own proposal"), (colleague, "proposal")):
        _look_at_term(who, f"zircon {name}")
        who.locator("main form .button--primary").click()
        places.at[name] = who.locator("main a", has_text=f"zircon {name}").get_attribute("href") or ""
        if name != "term":
            who.goto(places.at[name])
            who.fill("[name=reason]", "Nobody speaks of it any more.")
            who.locator("[value=propose]").click()


def _look_at_term(page: Page, words: str) -> None:
    page.goto("/desk/terms/")
    page.fill("[name=words]", words)
    page.fill("[name=reason]", "It is sold at the door.")
    page.locator("main form .button--primary").click()
    page.wait_for_load_state()


def _pause(windows: Windows, nurse: Page) -> None:
    """Somebody's access is paused."""
    member = windows.open(PAUSED)
    thread = ask(member, "Before the pause")
    nurse.goto(thread)
    nurse.locator("#post-1 .post__actions a", has_text="About this member").click()
    nurse.fill("[name=reason]", "Please call us, we would like to talk first.")
    nurse.get_by_role("button", name="Suspend").click()
    nurse.get_by_role("button", name="End the suspension").wait_for()


def _sent(name: str, title: str, words: str) -> Callable[[Page, Places], None]:
    """The writing page, after something was sent that it answers with the form."""

    def show(page: Page, places: Places) -> None:
        page.goto("/boards/energy/new/")
        page.fill("#composer [name=title]", title)
        send(page, words)

    return show


def _reply_page(address: str) -> str:
    """The reply form on a page of its own, which no script keeps: there an answer is a page."""
    return address.split("?")[0].split("#")[0] + "reply/"


def _same_key(page: Page, places: Places) -> None:
    """Other words under the key of a form that was sent before."""
    page.goto(_reply_page(places.at["own thread"]))
    key = page.locator("#composer [name=client_key]").get_attribute("value")
    send(page, "I made soup today.")
    page.goto(_reply_page(places.at["own thread"]))
    page.locator("#composer [name=client_key]").evaluate("(field, key) => { field.value = key }", key)
    send(page, "I made another soup today.")


def _old_form(page: Page, places: Places) -> None:
    """A form whose protection is another's."""
    page.goto("/boards/energy/new/")
    page.fill("#composer [name=title]", "An old form")
    page.locator("#composer [name=csrfmiddlewaretoken]").evaluate("field => { field.value = 'x'.repeat(64) }")
    send(page, "Words that must not be lost.")


def _strange_form(page: Page, places: Places) -> None:
    page.goto("/accounts/login/")
    page.locator("main [name=csrfmiddlewaretoken]").evaluate("field => { field.value = 'x'.repeat(64) }")
    page.locator("main form .button--primary").click()


def _wrong_password(page: Page, places: Places) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", "nobody@demo.example")
    page.fill("[name=password]", "not this one")
    page.locator("main form .button--primary").click()


def _following(page: Page, places: Places) -> None:
    page.goto(places.at["own thread"])
    page.locator("main a[href^='/me/follows/']").click()


def _stopping(page: Page, places: Places) -> None:
    page.goto("/me/mail/")
    page.locator("main a[href^='/mail/stop/']").click()


def _own_check(page: Page, places: Places) -> None:
    """A clinician's own words come back once, with what the screen saw."""
    page.goto(_reply_page(places.at["question"]))
    send(page, ADVICE)


def _no_reason(page: Page, places: Places) -> None:
    page.goto(places.at["item"])
    page.locator(".ruling [value=returned]").click()


def _note_check(page: Page, places: Places) -> None:
    page.goto(places.at["item"])
    page.fill("[name=note]", ADVICE)
    page.locator(".ruling [value=published]").click()


def _too_late(page: Page, places: Places) -> None:
    """A ruling on words that somebody has ruled on meanwhile."""
    page.goto(places.at["item"])
    page.locator(".ruling form").evaluate("(form, action) => { form.action = action }", places.at["decided item"])
    page.fill("[name=reason]", "Too late.")
    page.locator(".ruling [value=returned]").click()


def _no_reason_reported(page: Page, places: Places) -> None:
    page.goto("/desk/reports/")
    page.locator("main [name=down]").first.click()


def _no_reason_down(page: Page, places: Places) -> None:
    page.goto(places.at["take down"])
    page.locator("main form .button--stop").click()


def _term_looked_at(page: Page, places: Places) -> None:
    _look_at_term(page, "zircon powder")


def _term_refused(page: Page, places: Places) -> None:
    _look_at_term(page, "no")


def _join(page: Page, places: Places, code: str = "") -> None:
    page.goto("/join/")
    page.fill("[name=code]", code or places.at["code"])
    page.locator("main form .button--primary").click()


def _wrong_code(page: Page, places: Places) -> None:
    _join(page, places, "ABCD-EFGH-JKMN")


def _join_account(page: Page, places: Places) -> None:
    _join(page, places)
    page.locator("main form .button--primary").click()
    page.locator("[name=email]").wait_for()


def _weak_password(page: Page, places: Places) -> None:
    _join_account(page, places)
    page.fill("[name=email]", "newcomer@example.org")
    page.fill("[name=password]", "short")
    page.check("[name=adult]")
    page.locator("main form .button--primary").click()


def every_page() -> Iterator[Shown]:
    """In the order in which they are looked at; nothing here changes what a later one shows."""
    yield Shown("welcome", "home", None, "/")
    yield Shown("log-in", "account_login", None, "/accounts/login/")
    yield Shown("log-in, wrong password", "account_login", None, _wrong_password)
    yield Shown("join, code", "join", None, "/join/")
    yield Shown("join, wrong code", "join", None, _wrong_code, 400)
    yield Shown("join, consent", "join_consent", None, _join)
    yield Shown("join, account", "join_account", None, _join_account)
    yield Shown("join, weak password", "join_account", None, _weak_password, 400)
    yield Shown("policy, signed out", "policy", None, "/policy/")
    yield Shown("404, signed out", "", None, "/nothing/", 404)
    yield Shown("403, an old form", "", None, _strange_form, 403)
    yield Shown("home", "home", PATIENT, "/")
    yield Shown("own page", "me", PATIENT, "/me/")
    yield Shown("log-out", "account_logout", PATIENT, "/accounts/logout/")
    yield Shown("boards", "boards", PATIENT, "/boards/")
    yield Shown("board", "board", PATIENT, "/boards/energy/")
    yield Shown("own thread", "thread", PATIENT, "{own thread}")
    yield Shown("thread with a waiting reply", "thread", PATIENT, "{question}")
    yield Shown("thread of pages", "thread", PATIENT, "{long thread}?page=2")
    yield Shown("thread, answering a post", "thread", PATIENT, "{long thread}?page=1&answer=2#composer")
    yield Shown("tag", "tag", PATIENT, "/tags/sleep/")
    yield Shown("search", "search", PATIENT, "/search/")
    yield Shown("search, found", "search", PATIENT, "/search/?q=the")
    yield Shown("search, nothing found", "search", PATIENT, "/search/?q=zebra")
    yield Shown("tell a nurse", "report", PATIENT, "{report}")
    yield Shown("told a nurse", "report", PATIENT, "{told}")
    yield Shown("thread with a muted member", "thread", PATIENT, "{muted}")
    yield Shown("thread with a hidden post", "thread", PATIENT, "{hidden}")
    yield Shown("own words, hidden", "words", PATIENT, "{hidden words}")
    yield Shown("policy", "policy", PATIENT, "/policy/")
    yield Shown("compose", "new_thread", PATIENT, "/boards/energy/new/")
    yield Shown("compose, with a draft", "new_thread", PATIENT, "/boards/work/new/")
    yield Shown("compose, nothing written", "new_thread", PATIENT, _sent("empty", "", ""), 400)
    yield Shown("reply", "reply", PATIENT, "{own thread}reply/")
    yield Shown("change a post", "edit", PATIENT, "{own post}")
    yield Shown("compose, same key with other words", "reply", PATIENT, _same_key, 409)
    yield Shown("403, an old form with words", "", PATIENT, _old_form, 403)
    yield Shown("404", "", PATIENT, "/desk/", 404)
    yield Shown("danger, care card", "words", PATIENT, "{danger}")
    yield Shown("waiting", "words", PATIENT, "{waiting}")
    yield Shown("returned", "words", PATIENT, "{returned}")
    yield Shown("refused", "words", PATIENT, "{refused}")
    yield Shown("published", "words", PATIENT, "{published}")
    yield Shown("taken back", "words", PATIENT, "{taken back}")
    yield Shown("change waiting words", "change", PATIENT, "{waiting}change/")
    yield Shown("without the marked sentence", "change", PATIENT, "{waiting}change/?without=marked")
    yield Shown("what one follows", "follows", PATIENT, "/me/follows/")
    yield Shown("follow a conversation, or stop", "follow_thread", PATIENT, _following)
    yield Shown("follow a theme", "follow_board", PATIENT, "/me/follows/boards/energy/")
    yield Shown("choose one's mails", "mail_settings", PATIENT, "/me/mail/")
    yield Shown("stop all mails", "mail_stop", PATIENT, _stopping)
    yield Shown("home of a mentor", "home", MENTOR, "/")
    yield Shown("questions without a mentor", "unanswered", MENTOR, "/unanswered/")
    yield Shown("thread, for a mentor", "thread", MENTOR, "{own thread}")
    yield Shown("home of somebody paused", "home", PAUSED, "/")
    yield Shown("home of a nurse", "home", NURSE, "/")
    yield Shown("thread, for a nurse", "thread", NURSE, "{long thread}?page=1")
    yield Shown("desk", "desk", NURSE, "/desk/")
    yield Shown("desk, after a decision", "desk", NURSE, "{done}")
    yield Shown("item", "desk_item", NURSE, "{item}")
    yield Shown("item with a danger sign", "desk_item", NURSE, "{danger item}")
    yield Shown("item that was decided", "desk_item", NURSE, "{decided item}")
    yield Shown("item, no reason given", "desk_item", NURSE, _no_reason, 400)
    yield Shown("item, own check of a note", "desk_item", NURSE, _note_check)
    yield Shown("item, somebody was faster", "desk_item", NURSE, _too_late, 409)
    yield Shown("questions to answer", "desk_questions", NURSE, "/desk/questions/")
    yield Shown("published, to look at", "desk_look", NURSE, "/desk/look/")
    yield Shown("reported", "desk_reports", NURSE, "/desk/reports/")
    yield Shown("reported, no reason given", "desk_reports", NURSE, _no_reason_reported, 400)
    yield Shown("own terms", "desk_terms", NURSE, "/desk/terms/")
    yield Shown("own terms, one looked at", "desk_terms", NURSE, _term_looked_at)
    yield Shown("own terms, one refused", "desk_terms", NURSE, _term_refused, 400)
    yield Shown("an own term", "desk_term", NURSE, "{term}")
    yield Shown("an own term that oneself would take away", "desk_term", NURSE, "{own proposal}")
    yield Shown("an own term that a colleague would take away", "desk_term", NURSE, "{proposal}")
    yield Shown("care cards to sign", "desk_cards", NURSE, "/desk/cards/")
    yield Shown("decided today", "desk_decided", NURSE, "/desk/decided/")
    yield Shown("take a post down", "desk_withdraw", NURSE, "{take down}")
    yield Shown("take a post down, no reason given", "desk_withdraw", NURSE, _no_reason_down, 400)
    yield Shown("a member", "desk_person", NURSE, "{member}")
    yield Shown("own check of a clinician", "reply", NURSE, _own_check)
    yield Shown("a physiotherapist's questions", "desk_questions", PHYSIO, "/desk/questions/")
    yield from session_pages()


def show(page: Page, shown: Shown, places: Places) -> None:
    """Brings the page up, with the status that it should have."""
    seen: list[int] = []

    def heard(answer: Response) -> None:
        if answer.request.is_navigation_request():
            seen.append(answer.status)

    page.on("response", heard)
    if callable(shown.address):
        shown.address(page, places)
        page.wait_for_load_state()
    else:
        page.goto(shown.address.format_map(places.at))
    page.remove_listener("response", heard)
    assert seen[-1:] == [shown.status], f"{shown.name} answers {seen}"
