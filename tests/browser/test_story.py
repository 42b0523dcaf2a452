"""The main job in two windows and more: a patient writes, what may harm waits, a nurse rules, the patient is told."""

import re

from playwright.sync_api import expect

from tests.browser.steps import (
    ADVICE,
    DANGER,
    INNOCENT,
    NOTE,
    QUESTION,
    ask,
    button,
    link,
    on_desk,
    publish,
    reply,
    send,
    send_back,
    take_up,
)
from tests.browser.windows import Keyboard, Windows, log_in

TAB_STOPS = 40


def test_a_question_is_asked_by_keyboard_alone(windows: Windows) -> None:
    alice = windows.open("alice", "/")
    keys = Keyboard(alice)
    keys.follow(link(alice.get_by_role("navigation", name="Main"), "Boards"))
    keys.follow(link(alice, "Fatigue and energy"))
    keys.follow(link(alice, "Ask or tell something"))
    keys.write(alice.get_by_label("Title"), "Letterbox by keyboard")
    keys.write(alice.get_by_label("Your words"), INNOCENT)
    keys.follow(button(alice, "Send"))
    expect(alice.get_by_role("heading", level=1)).to_have_text("Letterbox by keyboard")
    expect(alice.locator("#post-1")).to_contain_text(INNOCENT)
    assert keys.stops < TAB_STOPS
    assert keys.unseen == []


def test_a_reply_by_keyboard_alone_waits_and_only_its_author_sees_it(windows: Windows) -> None:
    alice, bob = windows.open("alice"), windows.open("bob")
    thread = ask(bob, "A reply by keyboard")
    alice.goto(thread)
    keys = Keyboard(alice)
    keys.follow(link(alice.locator("#post-1"), "Answer this"))
    keys.write(alice.get_by_label("Your words"), ADVICE)
    keys.send(button(alice, "Send the reply"))
    assert keys.stops < TAB_STOPS
    assert keys.unseen == []
    waiting = alice.locator(".waiting")
    expect(waiting).to_be_in_viewport()
    expect(waiting.get_by_role("heading", name="Waiting for a nurse")).to_be_visible()
    expect(waiting).to_contain_text("Only you see this")
    expect(waiting).to_contain_text(re.compile(r"medicine|methotrexate"))  # the reason, in a sentence
    expect(waiting).to_contain_text(re.compile(r"A nurse reads again on \w+day \d+ \w+, \d\d:\d\d"))
    expect(link(waiting, "02 555 01 70")).to_have_attribute("href", "tel:025550170")
    expect(waiting).to_contain_text(ADVICE)
    for person in ("bob", "maya", "carl"):
        page = windows.open(person, thread)
        expect(page.locator("#post-1")).to_be_visible()
        assert ADVICE not in page.content()


def test_a_nurse_decides_by_keyboard_alone(windows: Windows) -> None:
    ask(windows.open("alice"), "Decided by keyboard", DANGER)
    nina = windows.open("nina", "/")
    keys = Keyboard(nina)
    keys.follow(link(nina.get_by_role("navigation", name="Main"), "Desk"))
    keys.follow(link(nina.locator(".desk-row").first, ""))
    keys.to(button(nina, "Publish"))
    keys.follow(button(nina, "Refuse with the reason"))
    expect(nina.get_by_text("Please look at this once more")).to_be_visible()
    keys.write(nina.get_by_label("Your reason to the author"), "Please call the nurse line about this.")
    keys.follow(button(nina, "Return with the reason"))
    expect(link(nina, "Next: ")).to_be_focused()  # one press goes on; the next stop takes the decision back
    keys.follow(button(nina, "Undo"))
    expect(nina.get_by_text("Undone.")).to_be_visible()
    take_up(nina, "Decided by keyboard")
    nina.fill("[name=reason]", "Please call the nurse line about this.")
    button(nina, "Return with the reason").click()
    on = link(nina, "Next: ")
    address = on.get_attribute("href")
    nina.keyboard.press("Enter")
    expect(nina).to_have_url(re.compile(f"{address}$"))
    assert keys.stops < 2 * TAB_STOPS  # decided with an error on the way, and undone
    assert keys.unseen == []


def test_a_held_reply_is_published_with_a_note(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(bob, "Published with a note")
    reply(alice, thread, f"{INNOCENT} {ADVICE}")
    take_up(nina, "Published with a note")
    expect(nina.locator("mark.span--medication_advice").first).to_contain_text("stop")
    expect(nina.locator(".reason--medication_advice").first).to_contain_text("stop")
    publish(nina, NOTE)
    alice.goto("/")
    link(alice.locator("section").filter(has_text="A nurse decided on your words"), INNOCENT[:40]).first.click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("Your words are published")
    link(alice, "See them in the conversation").click()
    for page in (alice, bob):
        page.goto(thread)
        post = page.locator("article.post").filter(has_text=ADVICE)
        expect(post).to_contain_text(re.compile(r"written \d+ \w+ \d{4}, \d\d:\d\d and released \d+ \w+ \d{4}"))
        expect(post.locator(".post__note")).to_contain_text(NOTE)
        expect(post.locator(".post__note")).to_contain_text("Nina Claes")
        expect(post.locator(".post__note .role")).to_have_text("Nurse")


def test_a_returned_text_comes_back_into_the_editor_and_is_published_after_a_change(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(bob, "Returned and changed")
    reply(alice, thread, ADVICE)
    take_up(nina, "Returned and changed")
    send_back(nina, "Please tell what it was like, and leave the advice to us.")
    alice.goto("/")
    link(alice.locator("section").filter(has_text="A nurse decided on your words"), ADVICE[:40]).first.click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("A nurse sent your words back to you")
    expect(alice.get_by_text("Please tell what it was like, and leave the advice to us.")).to_be_visible()
    expect(alice.locator("#composer [name=body]")).to_have_value(ADVICE)
    send(alice, "I had two quiet weeks and I read three books.")
    bob.goto(thread)
    expect(bob.locator("article.post").last).to_contain_text("I had two quiet weeks and I read three books.")
    assert ADVICE not in bob.content()


def test_a_medicine_question_is_published_and_a_clinician_answers_it(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(alice, "A glass on Sunday", QUESTION, board="medicines")
    bob.goto(thread)
    expect(bob.locator("#post-1")).to_contain_text(QUESTION)
    expect(bob.locator("#post-1")).to_contain_text("A nurse answers this question")
    nina.goto("/desk/questions/")
    link(nina, "A glass on Sunday").click()
    expect(nina.get_by_label("This answers the open question")).to_be_checked()
    words = "Please ask us at your next visit: we look at your blood results together first."
    send(nina, words)
    if button(nina, "Send the reply").is_visible() and nina.locator("#check-title").is_visible():
        nina.locator("#composer .actions .button--primary").click()
    bob.goto(thread)
    answer = bob.locator("article.post").filter(has_text=words)
    expect(answer.locator(".role").first).to_have_text("Nurse")
    expect(bob.get_by_text("A nurse answers this question")).to_have_count(0)
    nina.goto("/desk/questions/")
    expect(link(nina, "A glass on Sunday")).to_have_count(0)


def test_a_danger_sign_shows_the_care_card_at_once(windows: Windows) -> None:
    alice, nina = windows.open("alice"), windows.open("nina")
    ask(alice, "A night with chills", DANGER)
    card = alice.locator(".care")
    expect(card).to_be_in_viewport()
    expect(card.get_by_role("link", name=re.compile("^Call ")).first).to_be_visible()
    row = on_desk(nina, "A night with chills")
    expect(row).to_contain_text("Danger today")
    danger_rows = nina.locator(".desk-row--danger").count()
    assert all(
        "desk-row--danger" in (nina.locator(".desk-row").nth(at).get_attribute("class") or "")
        for at in range(danger_rows)
    ), "danger first"
    button(card, "I have called").click()
    expect(alice.get_by_text("Thank you for telling us.")).to_be_visible()
    take_up(nina, "A night with chills")
    expect(nina.get_by_text("The author says: I have called.")).to_be_visible()


def test_of_two_nurses_at_once_the_second_is_told_and_keeps_her_words(windows: Windows) -> None:
    alice, nina, omar = windows.open("alice"), windows.open("nina"), windows.open("omar")
    thread = ask(alice, "Two nurses at once")
    reply(alice, thread, ADVICE)
    take_up(nina, "Two nurses at once")
    take_up(omar, "Two nurses at once")
    publish(nina, NOTE)
    omar.fill("[name=reason]", "This one should go back, I think.")
    button(omar, "Return with the reason").click()
    expect(omar.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(omar.get_by_text("Nina Claes has decided")).to_be_visible()
    expect(omar.get_by_text("This one should go back, I think.")).to_be_visible()
    alice.goto(thread)
    expect(alice.locator("article.post").last).to_contain_text(NOTE)
    assert "This one should go back" not in alice.content()


def test_a_decision_is_undone(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(bob, "Decided and undone")
    reply(alice, thread, ADVICE)
    take_up(nina, "Decided and undone")
    publish(nina)
    bob.goto(thread)
    expect(bob.get_by_text(ADVICE)).to_be_visible()
    button(nina, "Undo").click()
    expect(nina.get_by_text("Undone.")).to_be_visible()
    bob.goto(thread)
    assert ADVICE not in bob.content()
    expect(on_desk(nina, "Decided and undone")).to_have_count(1)
    alice.goto(thread)
    expect(alice.locator(".waiting")).to_contain_text(ADVICE)


def test_waiting_words_and_a_published_post_are_taken_back(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(alice, "Taken back")
    reply(alice, thread, ADVICE)
    button(alice.locator(".waiting"), "Take it back").click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("Your words were taken back")
    expect(alice.get_by_text(ADVICE)).to_be_visible()
    expect(on_desk(nina, "Taken back")).to_have_count(0)
    alice.goto(thread)
    button(alice.locator("#post-1"), "Take back").click()
    bob.goto("/boards/energy/")
    assert "Taken back" not in bob.content()


def test_the_marked_sentence_is_left_out_and_the_rest_goes(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(bob, "Without the marked sentence")
    reply(alice, thread, f"{INNOCENT} {ADVICE}")
    expect(alice.locator(".waiting mark")).to_have_text(ADVICE)
    link(alice.locator(".waiting"), "Send it without the marked sentence").click()
    expect(alice.locator("#composer [name=body]")).to_have_value(INNOCENT)
    button(alice, "Send the change").click()
    expect(alice.locator("article.post").last).to_contain_text(INNOCENT)
    bob.goto(thread)
    expect(bob.locator("article.post").last).to_contain_text(INNOCENT)
    assert ADVICE not in bob.content()
    expect(on_desk(nina, "Without the marked sentence")).to_have_count(0)


def test_words_become_a_question_to_the_nurse(windows: Windows) -> None:
    alice, nina, bob = windows.open("alice"), windows.open("nina"), windows.open("bob")
    thread = ask(bob, "Rather the nurse")
    reply(alice, thread, ADVICE)
    button(alice.locator(".waiting"), "Make it a question to the nurse").click()
    expect(alice.get_by_text("Your words are now a question to the nurse.")).to_be_visible()
    take_up(nina, "Rather the nurse")
    expect(nina.get_by_text("The author asks you, and wants an answer first.")).to_be_visible()


def test_a_draft_is_saved_by_button_and_by_script_and_found_on_another_device(windows: Windows) -> None:
    tablet, phone = windows.open("alice", "/boards/work/new/"), windows.open("alice")
    tablet.fill("[name=title]", "Half a thought")
    tablet.fill("[name=body]", "I wanted to say")
    button(tablet, "Save as draft").click()
    expect(tablet.get_by_text("Your draft is saved. Only you can see it.")).to_be_visible()
    phone.goto("/boards/work/new/")
    expect(phone.locator("[name=title]")).to_have_value("Half a thought")
    with phone.expect_response(lambda answer: "/drafts/" in answer.url, timeout=8_000) as saved:
        phone.locator("[name=body]").press_sequentially(" that mornings are slow.")
    assert saved.value.ok
    expect(phone.locator("[data-draft-state]")).to_have_text("Draft saved")
    tablet.goto("/me/")
    link(tablet, "Half a thought").click()
    expect(tablet.locator("[name=body]")).to_have_value(re.compile("mornings are slow"))
    tablet.goto("/me/")
    button(tablet, "Delete the draft").first.click()
    expect(tablet.get_by_text("The draft is deleted.")).to_be_visible()


def test_words_outlive_a_log_out_while_one_writes(windows: Windows) -> None:
    page = windows.open(None, "/accounts/login/")
    log_in(page, "member06")
    other = page.context.new_page()
    page.goto("/boards/circle/new/")
    page.fill("[name=title]", "Still here after lunch")
    other.goto("/accounts/logout/")
    button(other.locator("main"), "Log out").click()
    page.fill("[name=body]", "My words are long and I wrote them slowly.")
    button(page, "Send").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    log_in(page, "member06")
    expect(page.locator("[name=title]")).to_have_value("Still here after lunch")
    expect(page.locator("[name=body]")).to_have_value("My words are long and I wrote them slowly.")
    button(page, "Send").click()
    expect(page.locator("#post-1")).to_contain_text("My words are long and I wrote them slowly.")
