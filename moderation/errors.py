"""Why the gate did not take words, or a ruling could not be made. Each one is told to the person in plain words."""

from datetime import datetime

from forum.sessions import Room
from moderation.limits import TooFast
from moderation.models import Ruling, Submission
from moderation.policy import Decision
from moderation.screen.types import Verdict


class GateError(Exception):
    """Base of all refusals of the gate; nothing was changed."""


class NotHere(GateError):
    """There is nothing here for this person: unknown and forbidden alike."""


class BadWords(GateError):
    """Words outside the limits, or facts that cannot be. field: what was given; code: why not (`forms.TROUBLE`)."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


class Hurried(GateError):
    """Too many submissions in a short time."""

    def __init__(self, pace: TooFast) -> None:
        super().__init__(f"retry after {pace.retry_after} s")
        self.retry_after = pace.retry_after


class SameKeyOtherWords(GateError):
    """The client key was used for other words; `first` holds those."""

    def __init__(self, first: Submission) -> None:
        super().__init__("same key, other words")
        self.first = first


class Closed(GateError):
    """The thread takes no more words, or the post that was to be changed is gone."""


class RoomShut(Closed):
    """The room of a live session takes no line now; `room` says why."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.room = room


class Muted(Closed):
    """A nurse has asked this person to listen for a while."""

    def __init__(self, until: datetime) -> None:
        super().__init__("muted")
        self.until = until


class Overtaken(Closed):
    """Other words were put up in this place since these were handed in."""


class ChangedMeanwhile(GateError):
    """Somebody else changed what stands there since this person looked; what they typed is theirs to send again."""


class WantsOwnCheck(GateError):
    """A clinician's words carry findings: the author looks once more. `fingerprint` confirms exactly these words."""

    def __init__(self, verdict: Verdict, decision: Decision, fingerprint: str) -> None:
        super().__init__("own check")
        self.verdict, self.decision, self.fingerprint = verdict, decision, fingerprint


class AlreadyDecided(GateError):
    """Somebody, or the author, was earlier; `ruling` is the last one (None: the author changed or took it back)."""

    def __init__(self, submission: Submission, ruling: Ruling | None) -> None:
        super().__init__("already decided")
        self.submission, self.ruling = submission, ruling


class OwnWords(GateError):
    """Nobody rules on their own words."""
