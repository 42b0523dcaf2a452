"""Who may do what: the table of roles and rights. Every check asks `person.may(Right.X)`."""

from enum import Enum, auto


class Right(Enum):
    READ = auto()  # boards and threads of the own centre
    WRITE = auto()  # through the gate
    SEE_UNANSWERED = auto()  # questions without a mentor's reply
    OPEN_DESK = auto()
    READ_WAITING = auto()  # waiting words; each reading is logged
    RULE = auto()
    WITHDRAW_OTHERS = auto()
    SUSPEND = auto()
    ANSWER = auto()  # a question, as a clinician
    SCHEDULE = auto()  # live sessions
    CHANGE_TERMS = auto()  # own words for the screen (taking one away needs a second person), care texts to sign


EVERYBODY = frozenset({"patient", "mentor", "nurse", "rheumatologist", "physiotherapist", "coach", "coordinator"})
CLINIC = frozenset({"nurse", "rheumatologist"})

RIGHTS: dict[Right, frozenset[str]] = {
    Right.READ: EVERYBODY,
    Right.WRITE: EVERYBODY,
    Right.SEE_UNANSWERED: frozenset({"mentor", "nurse", "rheumatologist", "coach"}),
    # A physiotherapist sees and answers the questions of the boards that the centre gave to physiotherapy.
    Right.OPEN_DESK: CLINIC | {"physiotherapist"},
    Right.READ_WAITING: CLINIC,
    Right.RULE: CLINIC,
    Right.WITHDRAW_OTHERS: CLINIC,
    Right.SUSPEND: CLINIC,
    Right.ANSWER: CLINIC | {"physiotherapist"},
    Right.SCHEDULE: CLINIC | {"coordinator"},
    Right.CHANGE_TERMS: CLINIC,
}
