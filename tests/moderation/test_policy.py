"""The table of what waits, and why: every cell as the house agreed it, the order of outcomes, and what is refused."""

import pytest

from moderation import policy
from moderation.policy import TABLE, Outcome, PolicyBroken
from moderation.screen.types import Kind
from people.models import Role

# The table, copied by hand: kind | patient | mentor | coach and coordinator | physiotherapist | nurse, rheumatologist.
# "A" is an addition, never an outcome: words go on as the other kinds say.
EXPECTED = """
R1 | W!                 | W! tell_coach      | W!      | W!      | P own_check
R2 | W!                 | W! tell_coach      | W!      | W!      | P own_check
R3 | P+ soft_card       | P+ soft_card       | P+      | P+      | P
R4 | P                  | P                  | P       | P       | P
R5 | W first            | W first            | W       | W       | P second_reading
R6 | P+                 | P+                 | P+      | P+      | P
M1 | W                  | W                  | W       | W       | P own_check second_reading
M2 | W                  | W                  | W       | W       | P second_reading
M3 | W                  | W                  | W       | W       | P second_reading
M4 | P                  | P                  | P       | P       | P
M5 | P offer_nurse      | W                  | W       | P+      | P
M6 | Q                  | Q                  | Q       | Q       | P
M7 | W                  | W                  | W       | W       | P closes_question
A1 | W                  | W                  | W       | W       | P second_reading
A2 | W earned=P+        | W                  | W       | P+      | P
A3 | Q                  | W                  | W       | P+      | P
A4 | P+                 | P+                 | P+      | P+      | P
A5 | P                  | P one_experience   | P       | P       | P
I1 | A                  | A                  | A       | A       | A
I2 | W                  | W                  | W       | W       | P+
S  | W general_card alarm | W alarm          | W alarm | W alarm | P own_check alarm
"""
COLUMNS = {
    Role.PATIENT: 1,
    Role.MENTOR: 2,
    Role.COACH: 3,
    Role.COORDINATOR: 3,
    Role.PHYSIOTHERAPIST: 4,
    Role.NURSE: 5,
    Role.RHEUMATOLOGIST: 5,
}
TABLE_ROWS = {row.split("|")[0].strip(): row.split("|") for row in EXPECTED.strip().splitlines()}
STAFF = [Role.NURSE, Role.RHEUMATOLOGIST]


def board(*kinds: Kind, role: Role = Role.PATIENT, earned: bool = False) -> policy.Decision:
    return policy.current().decide(kinds, role=role, place="board", earned=earned)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("role", list(Role))
def test_every_cell_is_as_agreed(kind, role):
    first, *rest = TABLE_ROWS[kind][COLUMNS[role]].split()
    decision = board(kind, role=role)
    assert decision.outcome == ("P" if first == "A" else first)
    assert decision.masks == (first == "A")
    assert decision.flags == {one for one in rest if not one.startswith("earned=")}
    relaxed = next((one.removeprefix("earned=") for one in rest if one.startswith("earned=")), None)
    assert board(kind, role=role, earned=True).outcome == (relaxed or decision.outcome)


def test_nothing_found_is_published_for_everybody():
    for role in Role:
        assert board(role=role) == policy.Decision(Outcome.PUBLISH, frozenset(), masks=False)


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        ([Kind.R1, Kind.M1], "W!"),
        ([Kind.M1, Kind.M6], "W"),
        ([Kind.M6, Kind.R3], "Q"),
        ([Kind.R3, Kind.R4], "P+"),
        ([Kind.R4, Kind.M4, Kind.A5], "P"),
        ([Kind.M4, Kind.M1], "W"),  # handing over protects its own sentence only
        ([Kind.R2, Kind.S, Kind.I1], "W!"),
    ],
)
def test_the_strictest_kind_decides_whatever_the_order(kinds, outcome):
    assert board(*kinds).outcome == outcome
    assert board(*reversed(kinds)).outcome == outcome


def test_the_order_is_wait_first_wait_question_looked_at_publish():
    assert policy.STRICTNESS == ["P", "P+", "Q", "D", "W", "W!"]


def test_one_more_kind_never_makes_an_outcome_milder():
    for role in Role:
        for first in Kind:
            alone = policy.STRICTNESS.index(board(first, role=role).outcome)
            for second in Kind:
                assert policy.STRICTNESS.index(board(first, second, role=role).outcome) >= alone


def test_additions_of_all_kinds_are_kept_and_the_deciding_ones_named():
    decision = board(Kind.R5, Kind.M5, Kind.M1)
    assert decision.flags == {"first", "offer_nurse"}
    assert decision.kinds == {Kind.R5, Kind.M1}


def test_personal_details_are_masked_whatever_else_is_found():
    assert board(Kind.I1).outcome == Outcome.PUBLISH
    waits = board(Kind.I1, Kind.M1)
    assert (waits.outcome, waits.masks) == (Outcome.WAIT, True)


def test_earned_trust_relaxes_only_the_cell_that_says_so():
    assert board(Kind.A2, earned=True).outcome == Outcome.PUBLISH_SEEN
    assert board(Kind.A2, Kind.M2, earned=True).outcome == Outcome.WAIT
    assert board(Kind.A2, role=Role.MENTOR, earned=True).outcome == Outcome.WAIT


@pytest.mark.parametrize("role", [role for role in Role if role not in STAFF])
def test_no_role_but_a_clinician_is_published_past_a_failed_screen(role):
    assert board(Kind.S, role=role, earned=True).waits


def test_in_a_session_the_clinician_in_the_room_gets_it_on_her_panel():
    table = policy.current()
    for kind in (Kind.A2, Kind.A3, Kind.A4, Kind.M5):
        assert table.decide([kind], role=Role.PATIENT, place="live").flags == {"panel"}
    assert table.decide([Kind.M6], role=Role.PATIENT, place="live").flags == {"pinned"}
    assert table.decide([Kind.M1], role=Role.PATIENT, place="live").outcome == Outcome.WAIT


def test_in_a_session_without_a_clinician_every_line_waits():
    table = policy.current()
    for role in Role:
        assert table.decide([], role=role, place="live_alone").outcome == Outcome.WAIT
        assert table.decide([Kind.R4], role=role, place="live_alone").outcome == Outcome.WAIT


def test_in_private_a_mentees_words_are_delivered_and_only_a_failed_screen_holds_them():
    table = policy.current()
    for kind in Kind:
        decision = table.decide([kind], role=Role.PATIENT, place="private")
        assert decision.outcome == (Outcome.WAIT if kind is Kind.S else Outcome.DELIVER), kind
        assert ("card_to_both" in decision.flags) == (kind in {Kind.R1, Kind.R2})
    assert table.decide([Kind.M1], role=Role.MENTOR, place="private").outcome == Outcome.WAIT


def test_a_name_waits_for_any_finding_but_three():
    table = policy.current()
    for kind in set(Kind) - {Kind.I1}:
        passes = kind in {Kind.M4, Kind.A5, Kind.R4}
        assert table.decide([kind], role=Role.PATIENT, place="name").waits != passes, kind
    assert not table.decide([], role=Role.PATIENT, place="name").waits


def shipped() -> list[str]:
    return TABLE.read_text(encoding="utf-8").splitlines()


def test_the_shipped_table_has_a_version_that_changes_with_it():
    whole = "\n".join(shipped())
    assert policy.read(whole).version != policy.read(whole + "\n").version
    assert len(policy.current().version) == 12


@pytest.mark.parametrize("row", range(1, 22))
def test_a_table_without_one_of_the_boards_rows_is_refused(row):
    rows = shipped()
    missing = rows.pop(row)
    with pytest.raises(PolicyBroken, match=missing.split(",")[1]):
        policy.read("\n".join(rows))


@pytest.mark.parametrize(
    "row",
    [
        "board,X9,W,W,W,W,W,W,W",
        "cellar,M1,W,W,W,W,W,W,W",
        "live,R1,W nonsense,W,W,W,W,W,W",
        "live,R1,PUBLISH,W,W,W,W,W,W",
        "live,R1,W earned=Z,W,W,W,W,W,W",
        "live,R1,W,W,W,W,W,W,W,W",
        "board,M1,P,P,P,P,P,P,P",
    ],
)
def test_an_unknown_row_an_unknown_word_and_a_second_row_for_a_kind_are_refused(row):
    with pytest.raises(PolicyBroken):
        policy.read("\n".join([*shipped(), row]))


def test_an_empty_table_is_refused():
    with pytest.raises(PolicyBroken):
        policy.read("")
    with pytest.raises(PolicyBroken):
        policy.read(shipped()[0])


def test_a_kind_or_role_that_no_row_names_is_refused_when_asked():
    with pytest.raises(PolicyBroken):
        policy.current().decide(["X9"], role=Role.PATIENT, place="board")
    with pytest.raises(PolicyBroken):
        policy.current().decide([Kind.M1], role="visitor", place="board")
