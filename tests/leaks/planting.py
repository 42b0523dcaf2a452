"""Everything that can be written, in every state that it can be in, through the pages on which people write it."""

from functools import partial

from django.test import Client, TestCase
from django.urls import reverse

from forum.models import Post, Thread
from moderation import gate, limits
from moderation.models import Report, Ruling, State, Submission, Term
from tests.leaks.ears import listening
from tests.leaks.sessions import sessions
from tests.leaks.world import DESK, MEMBERS, OUTSIDE, PASSWORD, World, found

PLAIN = "My hands are cold every morning."
ADVICE = "Just stop your methotrexate, you do not need it."
DANGER = "I have a high fever and I am short of breath since this morning."
QUESTION = "Does methotrexate make anybody else tired?"
WAITS, OUT_THERE = State.WAITING, State.PUBLISHED
ALICE = frozenset({"alice"})
NOBODY: frozenset[str] = frozenset()


def plant() -> World:
    """The whole world. Two centres; alice writes most, nina rules, and sven is suspended at the end."""
    world = found()
    with listening() as world.heard:
        for story in (
            conversations,
            waiting,
            ruled,
            taken_away,
            undone,
            changed,
            masked,
            notes,
            everybody_is_screened,
            refused_at_the_door,
            the_other_centre,
            a_long_conversation,
            own_terms,
            sessions,
            not_handed_in,
            suspended,
        ):
            story(world)
    return world


def opened(world: World, what: str, readers: frozenset[str] = MEMBERS, *, who: str = "alice", words: str = PLAIN,
           state: State = OUT_THERE) -> Submission:  # fmt: skip
    """A new conversation with a mark in title and words."""
    elsewhere = who in OUTSIDE
    title, body = (world.mark(f"{part}, {what}", readers, passed=elsewhere) for part in ("title", "words"))
    board = world.things["their_board" if elsewhere else "board"]
    return world.write(who, "new_thread", board, f"{body} {words}", state, title=f"{title} in the morning")


def replied(world: World, what: str, readers: frozenset[str], *, who: str = "alice", words: str = PLAIN,
            state: State = OUT_THERE, thread: object = None, **data: object) -> Submission:  # fmt: skip
    """A reply with a mark."""
    place = thread or world.things["thread"]
    return world.write(who, "reply", place, f"{world.mark(what, readers)} {words}", state, **data)


def conversations(world: World) -> None:
    """Words that pass: all members read them. These are what the sweep must find, or it is blind."""
    first = opened(world, "published at once")
    world.things |= {"thread": first.thread_id, "post": first.post_id, "published": first.pk}
    reply = replied(world, "reply, published at once", MEMBERS, who="bob", reply_to=first.post_id)
    world.things["bobs_post"] = reply.post_id
    replied(world, "quoted reply, published at once", MEMBERS, reply_to=reply.post_id)
    asked = world.write(
        "bob", "new_thread", world.things["moving"], f"{world.mark('question', MEMBERS)} {QUESTION}", OUT_THERE,
        title="A question",
    )  # fmt: skip
    assert asked.outcome == "Q"
    replied(world, "clinician's answer", MEMBERS, who="fien", thread=asked.thread_id, answers="on")
    assert Post.objects.get(pk=asked.post_id).question == Post.Question.ANSWERED
    replied(world, "clinician's words after the own check", MEMBERS, who="nina", words=ADVICE)


def waiting(world: World) -> None:
    readers = ALICE | DESK
    new = opened(world, "new conversation that waits", readers, words=ADVICE, state=WAITS)
    reply = replied(world, "reply that waits", readers, words=ADVICE, state=WAITS)
    replied(world, "quoted reply that waits", readers, words=ADVICE, state=WAITS, reply_to=world.things["bobs_post"])
    world.things |= {"waiting": reply.pk, "waiting_thread": new.pk}
    danger = replied(world, "danger sign", readers, words=DANGER, state=WAITS)
    world.things["danger"] = danger.pk
    asked = replied(world, "question to the nurse", readers, words=ADVICE, state=WAITS)
    assert world.post("alice", "ask_nurse", asked.pk).status_code == 302
    answer = world.mark("answer to a care card that is none of ours", NOBODY)
    assert world.post("alice", "care_answer", danger.pk, answer=answer).status_code == 404

    def broken(text: object, *, deadline: float | None = None) -> None:
        raise ValueError(f"cannot read {text}")

    lost = f"{world.mark('words on which the screen broke', readers)} {PLAIN}"
    key = {"client_key": Submission._meta.pk.default(), "screen": broken}
    thread = Post.objects.get(pk=world.things["post"]).thread
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert gate.submit(author=world.people["alice"], place=thread, words=lost, **key).state == WAITS


def ruled(world: World) -> None:
    readers = ALICE | DESK
    for verb in (Ruling.Verb.RETURNED, Ruling.Verb.REFUSED):
        words = opened(world, f"conversation {verb}", readers, words=ADVICE, state=WAITS)
        world.rule("nina", words, verb, reason=world.mark(f"reason why {verb}", readers))
        world.things[str(verb)] = words.pk
    again = replied(world, "returned, then changed", readers, words=ADVICE, state=WAITS)
    world.rule("nina", again, Ruling.Verb.RETURNED, reason=world.mark("reason of what was changed then", readers))
    body = f"{world.mark('what took the place of returned words', MEMBERS)} {PLAIN}"
    world.write("alice", "change", again.pk, body, OUT_THERE)
    released = opened(world, "released by a nurse", words=ADVICE, state=WAITS)
    note = world.mark("note under released words", MEMBERS)
    ruling = world.rule("nina", released, Ruling.Verb.PUBLISHED, note=f"{note} Ask us first.")
    world.things |= {"ruling": ruling.pk, "released": released.pk}


def taken_away(world: World) -> None:
    back = opened(world, "taken back while it waited", ALICE, words=ADVICE, state=WAITS)
    assert world.post("alice", "take_back", back.pk).status_code == 302
    own = opened(world, "published, then taken back", ALICE)
    replied(world, "reply to a conversation whose first words are gone", MEMBERS, who="bob", thread=own.thread_id,
            reply_to=own.post_id)  # fmt: skip
    change = f"{world.mark('change that waited when its post was taken back', ALICE)} {ADVICE}"
    title = world.mark("title of that change", ALICE)
    world.write("alice", "edit", own.post_id, change, WAITS, title=title)
    assert world.post("alice", "withdraw", own.post_id).status_code == 302
    down = opened(world, "taken down by a nurse", ALICE | DESK)
    reason = world.mark("reason of the take-down", ALICE | DESK)
    assert world.post("nina", "desk_withdraw", down.post_id, reason=reason).status_code == 302
    seen = replied(world, "hidden by a mentor's report", ALICE | DESK)
    with TestCase.captureOnCommitCallbacks(execute=True):
        gate.report(Post.objects.get(pk=seen.post_id), by=world.people["maya"], reason=Report.Reason.COULD_HARM)
    change = f"{world.mark('change of a hidden post', ALICE | DESK)} {PLAIN}"
    world.write("alice", "edit", seen.post_id, change, OUT_THERE)
    whole = opened(world, "first words, hidden by two people's reports", ALICE | DESK)
    for who in ("bob", "fien"):
        assert world.post(who, "report", whole.post_id, reason="unkind").status_code == 302
    assert (
        world.post("cora", "report", whole.post_id, reason=world.mark("no reason on the list", NOBODY)).status_code
        == 400
    )
    told = replied(world, "reported by one, and shown", MEMBERS)
    assert world.post("bob", "report", told.post_id, reason="other").status_code == 302
    stays = opened(world, "hidden, and shown again by a nurse")
    assert world.post("maya", "report", stays.post_id, reason="could_harm").status_code == 302
    assert world.post("nina", "desk_reports", post=stays.post_id).status_code == 302
    ends = opened(world, "hidden, and taken down by a nurse", ALICE | DESK)
    assert world.post("maya", "report", ends.post_id, reason="could_harm").status_code == 302
    reason = world.mark("reason of taking down what was reported", ALICE | DESK)
    assert world.post("nina", "desk_reports", post=ends.post_id, down="1", reason=reason).status_code == 302
    world.things |= {"hidden": seen.post_id}
    world.things |= {"taken_back": back.pk, "gone": own.post_id, "gone_thread": own.thread_id, "down": down.post_id}


def undone(world: World) -> None:
    readers = ALICE | DESK
    new = opened(world, "released, then undone", readers, words=ADVICE, state=WAITS)
    note = world.mark("note of an undone release", NOBODY)
    world.undo("nina", world.rule("nina", new, Ruling.Verb.PUBLISHED, note=f"{note} Ask us first."))
    before = replied(world, "what stood there before an undone change", MEMBERS)
    change = f"{world.mark('change released, then undone', readers)} {ADVICE}"
    changed = world.write("alice", "edit", before.post_id, change, WAITS)
    note = world.mark("note of an undone change", NOBODY)
    world.undo("nina", world.rule("nina", changed, Ruling.Verb.PUBLISHED, note=f"{note} Ask us first."))
    shown = replied(world, "taken down, then shown again", MEMBERS)
    reason = world.mark("reason of an undone take-down", DESK)
    assert world.post("nina", "desk_withdraw", shown.post_id, reason=reason).status_code == 302
    world.undo("nina", Ruling.objects.filter(submission=shown).latest("id"))
    returned = replied(world, "returned, then undone", readers, words=ADVICE, state=WAITS)
    reason = world.mark("reason of an undone return", DESK)
    world.undo("nina", world.rule("nina", returned, Ruling.Verb.RETURNED, reason=reason))


def changed(world: World) -> None:
    old = opened(world, "before a change that passed", ALICE)
    title, body = world.mark("title after a change", MEMBERS), world.mark("words after a change", MEMBERS)
    world.write("alice", "edit", old.post_id, f"{body} {PLAIN}", OUT_THERE, title=title)
    old = opened(world, "before a change that waits")
    title, body = world.mark("title of a change that waits", ALICE | DESK), world.mark("that change", ALICE | DESK)
    world.write("alice", "edit", old.post_id, f"{body} {ADVICE}", WAITS, title=title)
    first = replied(world, "waited, then changed by its author", ALICE, words=ADVICE, state=WAITS)
    body = f"{world.mark('what took its place, and waits', ALICE | DESK)} {ADVICE}"
    world.write("alice", "change", first.pk, body, WAITS)
    world.things["replaced"] = first.pk
    kept, marked = world.mark("rest without the marked sentence", MEMBERS), world.mark("the marked sentence", ALICE)
    whole = world.write("alice", "reply", world.things["thread"], f"{kept} {PLAIN}\n\n{marked} {ADVICE}", WAITS)
    offer = world.get("alice", "change", whole.pk, query="?without=marked").context["form"]
    world.write("alice", "change", whole.pk, offer["body"].value(), OUT_THERE, reduced="on")


def masked(world: World) -> None:
    number = world.number("masked number in published words", ALICE)
    words = f"{world.mark('words around a masked number', MEMBERS)} Ring me on {number} one evening."
    assert world.write("alice", "reply", world.things["thread"], words, OUT_THERE).masked
    number = world.number("number in words that wait", ALICE | DESK)
    words = f"{world.mark('words around it', ALICE | DESK)} Ring me on {number}. {ADVICE}"
    world.write("alice", "reply", world.things["thread"], words, WAITS)
    number = world.number("masked number in released words", ALICE | DESK)
    words = f"{world.mark('words around a masked number, released', MEMBERS)} Ring me on {number}. {ADVICE}"
    released = world.write("alice", "reply", world.things["thread"], words, WAITS)
    world.rule("nina", released, Ruling.Verb.PUBLISHED)


def notes(world: World) -> None:
    """A clinician's words under a post: after an own check, abandoned at it, and gone with their post."""
    noted = replied(world, "words under which an advising note stands", MEMBERS, words=ADVICE, state=WAITS)
    note = f"{world.mark('note after the own check', MEMBERS)} {ADVICE}"
    world.rule("nina", noted, Ruling.Verb.PUBLISHED, note=note)
    world.things["note"] = Submission.objects.get(place="note", post=noted.post_id).pk
    waits = replied(world, "words whose note was not confirmed", ALICE | DESK, words=ADVICE, state=WAITS)
    abandoned = f"{world.mark('note given up at the own check', NOBODY)} {ADVICE}"
    assert world.post("nina", "desk_item", waits.pk, outcome="published", note=abandoned).status_code == 200
    gone = replied(world, "released with a note, then taken back", ALICE | DESK, words=ADVICE, state=WAITS)
    note = (
        f"{world.mark('note that went with its post', {'omar', 'rhea'})} {ADVICE}"  # they still read it a second time
    )
    world.rule("nina", gone, Ruling.Verb.PUBLISHED, note=note)
    assert world.post("alice", "withdraw", gone.post_id).status_code == 302


def everybody_is_screened(world: World) -> None:
    for who in ("bob", "maya", "fien", "carl", "cora"):
        replied(world, f"advice of {who} that waits", {who} | DESK, who=who, words=ADVICE, state=WAITS)


def not_handed_in(world: World) -> None:
    """Drafts, and words that their writer sent when no longer signed in."""
    reply = f"reply:{world.things['thread']}"
    places = [f"new:{world.things['board']}", f"edit:{world.things['post']}", f"change:{world.things['waiting']}"]
    for place in places:
        title, body = world.mark(f"title of a draft, {place[:5]}", ALICE), world.mark(f"draft, {place[:5]}", ALICE)
        assert world.post("alice", "draft_save", place, title=title, body=body).status_code == 302
    world.things |= {"draft": world.people["alice"].drafts.first().pk, "place": places[0], "place_edit": places[1]}
    world.things |= {"place_reply": reply, "place_change": places[2]}
    page = world.get("alice", "thread", world.things["thread"])
    form = next(one["form"] for one in page.context if "form" in one and "author" in getattr(one["form"], "fields", ()))
    token = form["author"].value()
    for what, who, readers in (
        ("kept over the log-in of another", "bob", NOBODY),
        ("kept over the own log-in", "alice", ALICE),
        ("kept, and nobody logged in", "", NOBODY),
    ):
        body, browser = world.mark(what, readers), Client()
        sent = browser.post(reverse("reply", args=[world.things["thread"]]), {"body": body, "author": token})
        assert sent.status_code == 302
        if who:
            login = {"login": f"{who}@demo.example", "password": PASSWORD}
            assert browser.post(reverse("account_login"), login).status_code == 302


def refused_at_the_door(world: World) -> None:
    """What the gate does not take is stored nowhere, and stands only in the answer to whoever sent it."""
    board, thread = world.things["board"], world.things["thread"]
    attempts: list[tuple[str, int, str, object, dict[str, str]]] = [
        ("words under an old key", 409, "reply", thread, {"client_key": _used_key(world)}),
        ("words that are too long", 400, "reply", thread, {"more": "x" * limits.POST_CHARACTERS}),
        ("words with a tag outside the list", 400, "new_thread", board, {"title": "A", "tags": "<tag>"}),
        ("words without a title", 400, "new_thread", board, {}),
    ]
    for what, status, name, where, data in attempts:
        body = world.mark(what, NOBODY) + data.pop("more", "")
        data = {key: world.mark("tag", NOBODY) if value == "<tag>" else value for key, value in data.items()}
        assert world.post("alice", name, where, body=body, **data).status_code == status
    for name in ("phase", "appearance", "set_language"):
        said = world.mark(f"words in place of a choice, {name}", NOBODY)
        assert world.post("alice", name, phase=said, theme=said, text_size=said, language=said).status_code == 302
    browser = world.client("alice", enforce_csrf_checks=True)
    for origin, shown in (("http://testserver", True), ("https://elsewhere.example", False)):
        body = world.mark(f"form too old, from {origin}", NOBODY)
        page = browser.post(reverse("reply", args=[thread]), {"body": body}, headers={"origin": origin})
        assert (page.status_code, body in page.content.decode()) == (403, shown)


def _used_key(world: World) -> str:
    return str(Submission.objects.get(pk=world.things["published"]).client_key)


def the_other_centre(world: World) -> None:
    theirs = opened(world, "published elsewhere", OUTSIDE, who="stranger")
    world.things |= {"their_thread": theirs.thread_id, "their_post": theirs.post_id}
    waits = replied(
        world, "waits elsewhere", OUTSIDE, who="stranger", words=ADVICE, state=WAITS, thread=theirs.thread_id
    )
    world.things["their_waiting"] = waits.pk


def a_long_conversation(world: World) -> None:
    """More than a page, with marks on both sides of the turn."""
    first = opened(world, "long conversation")
    Thread.objects.filter(pk=first.thread_id).update(head_number=20)  # as if others had written meanwhile
    last = replied(world, "on the second page", MEMBERS, thread=first.thread_id)
    gone = replied(world, "taken back on the second page", ALICE, thread=first.thread_id)
    assert (Post.objects.get(pk=last.post_id).page, gone.state) == (2, OUT_THERE)
    assert world.post("alice", "withdraw", gone.post_id).status_code == 302
    replied(world, "waits in a long conversation", ALICE | DESK, thread=first.thread_id, words=ADVICE, state=WAITS)


def own_terms(world: World) -> None:
    """Terms and reasons are clinicians' alone: on the list, proposed to go, taken away, looked at, refused."""
    told = partial(world.mark, readers=DESK)
    term = _listed(world, "nina", told("term on the list"), told("reason of a term on the list"))
    world.things["term"] = term
    old = _listed(world, "nina", told("term that was taken away"), told("reason of a term that was taken away"))
    why = told("reason why a term can go")
    assert world.post("omar", "desk_term", old, act="propose", reason=why).status_code == 302
    assert world.post("rhea", "desk_term", old, act="agree").status_code == 302
    world.things["old_term"] = old
    theirs = (world.mark(f"{what} of a term elsewhere", {"their"}) for what in ("words", "reason"))
    world.things["their_term"] = _listed(world, "their", *theirs)
    words, reason = world.mark("term only looked at", NOBODY), world.mark("reason of a term only looked at", NOBODY)
    assert world.post("nina", "desk_terms", words=words, what="A1", reason=reason).status_code == 200
    words = world.mark("term with signs in it", NOBODY)
    assert world.post("nina", "desk_terms", words=f"<{words}>", what="A1", reason=reason).status_code == 400
    held = world.write("bob", "reply", world.things["thread"], f"{_words_of(term)} is what I have at home.", WAITS)
    assert held.findings.get().rule == f"own-{term}"


def _words_of(term: int) -> str:
    """The term in other capitals: the same to the screen, and no mark of the sweep."""
    return Term.objects.get(pk=term).words.replace("-", "\u00ad -")


def _listed(world: World, who: str, words: str, reason: str) -> int:
    """Adds a term through the page, in its two steps, and gives its id."""
    sent = {"words": words, "what": "A1", "reason": reason}
    looked = world.post(who, "desk_terms", **sent)
    checked = looked.context["form"]["checked"].value()
    assert world.post(who, "desk_terms", **sent, checked=checked).status_code == 302
    return Term.objects.get(words=words).pk


def suspended(world: World) -> None:
    replied(world, "published by somebody suspended later", MEMBERS | {"sven"}, who="sven")
    replied(world, "waits, by somebody suspended later", DESK | {"sven"}, who="sven", words=ADVICE, state=WAITS)
    sven = world.people["sven"].pk
    lifted = world.mark("reason of a suspension that ended", NOBODY)
    reason = world.mark("reason of the suspension", DESK | {"sven"})
    for data in ({"reason": lifted}, {"reason": "", "lift": "1"}, {"reason": reason}):
        assert world.post("nina", "desk_person", sven, **data).status_code == 302
