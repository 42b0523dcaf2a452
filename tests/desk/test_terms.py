"""A centre's own terms: added after a look at what they would do, at work at once, taken away by two people."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from moderation import gate, terms
from moderation.errors import BadWords, NotHere, WantsOwnCheck
from moderation.models import State, Submission, Term
from moderation.screen import VERSION, own
from people import audit
from people.models import Act, Centre
from people.verbs import revoke, suspend
from tests.conftest import fresh
from tests.page import filled, read
from tests.saying import nothing

MEDICINE, STEERS, THERAPY = Term.What.MEDICINE, Term.What.STEERS, Term.What.THERAPY
REASON = "Patients ask about it every week."
URL = "/desk/terms/"


@pytest.fixture
def added(nina):
    """Puts a term on the list of nina's centre."""

    def add(words="Flarestop", what=STEERS, *, by=nina, **more):
        return terms.add(nurse=fresh(by), words=words, what=what, reason=REASON, **more)

    return add


@pytest.fixture
def reply(submit, thread):
    """What becomes of a reply: the submission, screened as its author's centre does."""

    def hand_in(person, words, *, place=thread, **more):
        return submit(fresh(person), place, words, **more)

    return hand_in


def form_of(page):
    return next(one for one in page.forms if one.action in {"", URL} and "words" in one.values)


def send(client, words, what="M1", reason=REASON, **more):
    """The first step: look. Gives the page."""
    form = form_of(read(client.get(URL)))
    return client.post(URL, filled(form, words=words, what=what, reason=reason, **more))


def confirm(client, page, **more):
    """The second step: the same form, sent once more."""
    return client.post(URL, filled(form_of(read(page)), **more), follow=True)


def errors(page):
    return page.context["form"].errors


# At work


def test_ordinary_words_pass_until_a_nurse_adds_a_term_and_then_wait(added, reply, bob):
    assert reply(bob, "I have a Flarestop at home.").state == State.PUBLISHED
    added("flarestop")
    held = reply(bob, "I have a Flarestop at home.")
    assert held.state == State.WAITING
    assert [(one.kind, one.label, one.rule) for one in held.findings.all()] == [
        ("M1", "medication_advice", f"own-{Term.objects.get().pk}")
    ]


def test_the_stored_version_tells_which_terms_held(added, reply, bob, nina):
    before = reply(bob, "Good morning.").screen_version
    added("flarestop")
    with_one = reply(bob, "Good evening.").screen_version
    added("moonbalm", THERAPY)
    with_two = reply(bob, "Good night.").screen_version
    assert before == VERSION
    assert with_one == f"{VERSION}+{own.fingerprint([own.Term(0, 'flarestop', 'M1')])}"
    assert with_two.startswith(f"{VERSION}+")
    assert with_two != with_one


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("I take my Rheumafix on Mondays.", State.PUBLISHED),
        ("You should stop your Rheumafix.", State.WAITING),
        ("You should stop your rheumafixx.", State.WAITING),
        ("You should stop your R-h-e-u-m-a-f-i-x.", State.WAITING),
        ("Je moet stoppen met rheumafix.", State.WAITING),
        ("Tu devrais arrêter le Rheumafix.", State.WAITING),
    ],
)
def test_with_the_name_of_a_medicine_what_is_said_about_it_decides(added, reply, bob, words, state):
    added("Rheumafix", MEDICINE)
    assert reply(bob, words).state == state


@pytest.mark.parametrize("words", ["Crème de lune!", "CREME   de-lune", "c r è m e de lune", "crè\u200bme\nde lune"])
def test_a_phrase_counts_in_every_disguise_and_without_its_accents(added, reply, bob, words):
    added("crème de lune", Term.What.PRAISES)
    assert reply(bob, f"Look: {words} for all of us").state == State.WAITING
    assert reply(bob, "Look: crème de la lune for all of us").state == State.PUBLISHED


def test_a_phrase_split_over_two_posts_is_seen(added, reply, bob):
    added("moon dust powder")
    assert reply(bob, "I like moon dust").state == State.PUBLISHED
    assert reply(bob, "powder is what I mean").state == State.WAITING


def test_a_danger_sign_is_first_in_line_with_its_urgency(added, reply, bob):
    added("green kettle", Term.What.DANGER_TODAY)
    added("blue kettle", Term.What.DANGER_NOW)
    today, now = reply(bob, "I have a green kettle."), reply(bob, "I have a blue kettle.")
    assert [one.outcome for one in (today, now)] == ["W!", "W!"]
    assert [one.findings.get().urgency for one in (today, now)] == ["same_day", "emergency"]
    assert today.danger < now.danger


def test_the_author_reads_the_sentence_of_the_kind_and_never_the_term(added, reply, bob, browser):
    added("moon dust")
    held = reply(bob, "It was moon-dust that did it. I slept well.")
    page = read(browser(bob).get(f"/words/{held.pk}/"))
    assert "You suggest how to take a medicine, so a nurse reads this first." in page.text
    assert "moon dust" not in page.html
    assert "own-" not in page.html


def test_another_centre_knows_nothing_of_it(added, submit, stranger, their_board, their_nurse, browser):
    term = added("flarestop")
    theirs = submit(fresh(stranger), their_board, "I have a flarestop at home.", title="Hello")
    assert (theirs.state, theirs.screen_version) == (State.PUBLISHED, VERSION)
    assert "flarestop" not in read(browser(their_nurse).get(URL)).html
    assert browser(their_nurse).get(f"{URL}{term.pk}/").status_code == 404
    with pytest.raises(NotHere):
        terms.propose(term, nurse=fresh(their_nurse), reason="No.")


def test_each_centre_has_its_own_list_at_the_same_time(added, submit, reply, bob, stranger, their_board, their_nurse):
    added("flarestop")
    added("moondust", by=their_nurse)
    assert reply(bob, "A moondust and a walk.").state == State.PUBLISHED
    assert reply(bob, "A flarestop and a walk.").state == State.WAITING
    assert submit(fresh(stranger), their_board, "A moondust and a walk.", title="Hello").state == State.WAITING
    assert submit(fresh(stranger), their_board, "A flarestop and a walk.", title="Hello").state == State.PUBLISHED


def test_a_term_that_cannot_be_used_holds_everything_of_its_centre(added, reply, submit, bob, stranger, their_board):
    term = added("flarestop")
    Term.objects.filter(pk=term.pk).update(what="nonsense")
    Centre.objects.filter(pk=term.centre_id).update(terms_version="changed")
    held = reply(bob, "Good morning.")
    assert (held.state, held.findings.get().kind) == (State.WAITING, "S")
    assert submit(fresh(stranger), their_board, "Good morning.", title="Hello").state == State.PUBLISHED


def test_a_submission_asks_the_database_nothing_more(added, reply, bob, counted):
    reply(bob, "Good morning.")
    person = fresh(bob)
    _one, without = counted(lambda: reply(person, "A walk helps."))
    added("flarestop")
    reply(bob, "A cup of tea.")  # once in a process the terms are read
    _two, with_terms = counted(lambda: reply(person, "Two walks help."))
    assert (len(with_terms.reads), len(with_terms.writes)) == (len(without.reads), len(without.writes))
    assert "moderation_term" not in with_terms.told


# Adding


def test_the_first_step_shows_what_it_would_have_done_and_stores_nothing(browser, nina, submit, bob, thread):
    submit(bob, thread, "My flarestop is blue.", screen=nothing)
    submit(bob, thread, "My gloves are blue.", screen=nothing)
    page = send(browser(nina), "Flarestop")
    said = read(page)
    assert page.status_code == 200
    assert "The screen reads it as “flarestop”." in said.text
    assert "Of the 3 newest posts 1 would have waited because of it." in said.text
    assert [words for address, words in said.links if "#post-2" in address] == ["My flarestop is blue."]
    assert not Term.objects.exists()


def test_the_second_step_adds_it_and_the_list_shows_it(browser, nina, alice, thread):
    client = browser(nina)
    done = confirm(client, send(client, "Flarestop"))
    assert "Added. It holds from the next post on." in read(done).text
    term = Term.objects.get()
    assert (term.words, term.key, term.what, term.reason) == ("Flarestop", "flarestop", "M1", REASON)
    assert (term.added_by, term.centre) == (nina, nina.centre)
    assert "Flarestop" in read(client.get(URL)).text


def test_another_word_at_the_second_step_is_looked_at_first(browser, nina):
    client = browser(nina)
    page = confirm(client, send(client, "Flarestop"), words="Moondust")
    assert "The screen reads it as “moondust”." in read(page).text
    assert not Term.objects.exists()
    confirm(client, page)
    assert Term.objects.get().words == "Moondust"


def test_posts_that_only_a_nurse_would_look_at_are_counted_apart(browser, nina, submit, bob, thread):
    submit(bob, thread, "My flarestop is blue.", screen=nothing)
    said = read(send(browser(nina), "flarestop", what="R3"))
    assert "Of the 2 newest posts 0 would have waited because of it. 1 more would have gone out" in said.text


def test_with_nothing_published_it_says_so(browser, nina):
    assert "Nothing is published yet on which it could be tried." in read(send(browser(nina), "flarestop")).text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Write a word or a phrase first."),
        (" \u200b\u3164 ", "Write a word or a phrase first."),
        ("ab", "This is too short"),
        ("- -", "This is too short"),
        ("12345", "This is too short"),
        ("x" * 81, "This is too long"),
        ("one of the many small words that never end", "This is too long"),
        ("stop.*", "Write it as people write it"),
        ("<b>balm</b>", "Write it as people write it"),
        ("(flare|stop)+", "Write it as people write it"),
        ("stop", "This is an everyday word."),
        ("the", "This is an everyday word."),
        ("methotrexate", "The screen knows this name already."),
    ],
)
def test_what_is_no_term_is_refused_with_a_sentence_and_kept(browser, nina, words, told):
    what = "med" if words == "methotrexate" else "M1"
    page = send(browser(nina), words, what=what, reason="Because.")
    assert page.status_code == 400
    assert told in read(page).text
    form = form_of(read(page))
    assert (form.value("words"), form.value("reason"), form.value("what")) == (words, "Because.", what)
    assert not Term.objects.exists()


def test_a_reason_is_needed_and_what_was_typed_is_kept(browser, nina):
    page = send(browser(nina), "Flarestop", reason=" ")
    assert page.status_code == 400
    assert "Say in a sentence why, so that your colleagues understand." in read(page).text
    assert form_of(read(page)).value("words") == "Flarestop"


def test_an_unknown_kind_is_refused_and_what_was_typed_is_kept(browser, nina):
    page = send(browser(nina), "Flarestop", what="nonsense")
    assert (page.status_code, form_of(read(page)).value("words")) == (400, "Flarestop")
    with pytest.raises(NotHere):
        terms.add(nurse=nina, words="Flarestop", what="nonsense", reason=REASON)


def test_a_term_that_stands_in_many_posts_is_refused_with_their_number(browser, nina, submit, bob, thread, now):
    for number in range(6):
        submit(bob, thread, f"My orchard, day {number}.", screen=nothing, now=now - timedelta(minutes=30 - number))
    page = send(browser(nina), "orchard", what="ther")
    assert page.status_code == 400
    assert "This would have stopped 6 of your newest posts." in read(page).text
    assert form_of(read(page)).value("words") == "orchard"
    with pytest.raises(terms.TooMuch):
        terms.add(nurse=nina, words="orchard", what="ther", reason=REASON)
    assert not Term.objects.exists()


def test_the_same_term_twice_is_refused(added, browser, nina):
    added("Crème de lune")
    assert "This is on your list already." in read(send(browser(nina), "crème  de LUNE")).text


def test_a_full_list_takes_no_more(added, monkeypatch):
    monkeypatch.setattr(terms, "MOST_TERMS", 1)
    added("flarestop")
    with pytest.raises(BadWords) as refused:
        added("moondust")
    assert refused.value.code == "too_many"


@pytest.mark.parametrize("who", ["alice", "maya", "fien", "carl", "cora"])
def test_for_everybody_else_there_is_no_list(request, browser, added, who):
    person, term = request.getfixturevalue(who), added("flarestop")
    for address in (URL, f"{URL}{term.pk}/"):
        assert browser(person).get(address).status_code == 404
        assert browser(person).post(address, {"words": "moondust", "what": "M1", "act": "agree"}).status_code == 404
    with pytest.raises(NotHere):
        terms.add(nurse=person, words="moondust", what=STEERS, reason=REASON)


# Taking away


def act(client, term, which, **data):
    return client.post(f"{URL}{term.pk}/", {"act": which, **data}, follow=True)


def test_one_proposes_another_agrees_and_it_no_longer_holds(added, browser, nina, omar, reply, bob):
    term = added("flarestop")
    assert (
        "It holds until a colleague agrees." in read(act(browser(nina), term, "propose", reason="It is a shop.")).text
    )
    assert reply(bob, "A flarestop and a walk.").state == State.WAITING
    assert "Own terms (1)" in read(browser(omar).get("/desk/")).text
    assert "It is a shop." in read(browser(omar).get(f"{URL}{term.pk}/")).text
    assert "Taken away." in read(act(browser(omar), term, "agree")).text
    after = reply(bob, "Two flarestops, one flarestop.")
    assert (after.state, after.screen_version) == (State.PUBLISHED, VERSION)
    term.refresh_from_db()
    assert (term.proposed_by, term.removed_by) == (nina, omar)


def test_nobody_is_their_own_second_person(added, browser, nina, omar):
    term = added("flarestop")
    act(browser(nina), term, "propose", reason="It is a shop.")
    refused = act(browser(nina), term, "agree")
    assert (refused.status_code, "A colleague has to agree." in read(refused).text) == (400, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(removed_by=nina, removed_at=term.added_at)
    assert Term.objects.in_use().exists()


def test_without_a_proposal_nobody_agrees(added, browser, omar):
    term = added("flarestop")
    assert "Somebody was faster" in read(act(browser(omar), term, "agree")).text
    assert Term.objects.in_use().exists()


def test_a_centre_with_one_clinician_is_told_and_keeps_the_term(added, browser, nina, omar, rhea, cora):
    term = added("flarestop")
    revoke(person=omar, role="nurse", by=cora)
    suspend(person=rhea, by=cora, reason="Away.")
    assert "You are the only one, so it stays." in read(browser(nina).get(f"{URL}{term.pk}/")).text
    refused = act(browser(nina), term, "propose", reason="It is a shop.")
    assert refused.status_code == 400
    assert "You are the only clinician of your centre" in read(refused).text
    assert Term.objects.get().proposed_at is None


def test_a_proposal_needs_a_reason(added, browser, nina, omar):
    term = added("flarestop")
    assert act(browser(nina), term, "propose", reason="").status_code == 400
    assert Term.objects.get().proposed_at is None


@pytest.mark.parametrize("who", ["nina", "omar"])
def test_a_proposal_ends_with_one_no(request, added, browser, nina, omar, who):
    term = added("flarestop")
    act(browser(nina), term, "propose", reason="It is a shop.")
    assert "It stays." in read(act(browser(request.getfixturevalue(who)), term, "keep")).text
    assert "Somebody was faster" in read(act(browser(omar), term, "agree")).text
    assert Term.objects.in_use().exists()


def test_what_was_taken_away_can_be_added_again(added, nina, omar, reply, bob):
    term = added("flarestop")
    terms.propose(term, nurse=nina, reason="It is a shop.")
    assert terms.agree(term, nurse=omar)
    assert not terms.agree(term, nurse=omar)
    added("flarestop")
    assert reply(bob, "A flarestop and a walk.").state == State.WAITING


# The record


def test_every_act_is_in_the_chain_without_a_word(added, nina, omar):
    term = added("flarestop")
    terms.propose(term, nurse=nina, reason="It is a shop.")
    terms.keep(term, nurse=omar)
    terms.propose(term, nurse=nina, reason="It is a shop.")
    terms.agree(term, nurse=omar)
    acts = list(Act.objects.filter(subject=f"term:{term.pk}").order_by("id"))
    assert [one.verb for one in acts] == [
        "term_added", "term_removal_proposed", "term_kept", "term_removal_proposed", "term_removed",
    ]  # fmt: skip
    assert [one.actor for one in acts] == [str(one.pk) for one in (nina, nina, omar, nina, omar)]
    assert acts[-1].detail["proposed_by"] == str(nina.pk)
    assert "flarestop" not in str([one.detail for one in acts])
    assert list(audit.faults()) == []


def test_a_note_of_a_nurse_passes_the_own_terms_too(added, nina, submit, bob, thread):
    added("flarestop")
    held = submit(fresh(bob), thread, "A flarestop and a walk.")
    with pytest.raises(WantsOwnCheck):
        gate.rule(held, nurse=fresh(nina), outcome="published", note="Use a flarestop.")
    assert Submission.objects.get(pk=held.pk).state == State.WAITING
