"""An answer to somebody's open question about a treatment ("yes, always did") steers without naming anything."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.passage import Passage
from moderation.screen.types import Kind, Label

_LONGEST = 60  # units; longer words name what they are about, and other rules see them

# Words by which somebody answers "can I?", "did you?", "how long?" or "is it safe?".
_ANSWERING = (
    "yes", "take_b", "take_p", "stop_b", "stop_p", "try_b", "skip_b", "skip_p", "chg_b", "chg_p", "good", "bad",
    "helped", "worked", "must", "drink", "always", "num", "avoid_b", "happy", "do",
)  # fmt: skip


class Answers:
    """Evidence for answers under a question. Built from the grammar's classes."""

    def __init__(self, classes: Callable[[str], frozenset[str]]) -> None:
        self._objects = classes("med") | classes("gen") | classes("weakmed") | classes("ther") | classes("drink")
        self._asks = classes("anyone") | classes("ask") | classes("wh") | classes("must") | classes("can")
        self._yes = classes("yes")
        self._answers = frozenset().union(*(classes(one) for one in _ANSWERING))
        self._no = classes("not")
        self._thanks = classes("thanks") | classes("same")
        self._refers = classes("refer")
        self._doctor = classes("doctor")

    def asks_about_treatment(self, passage: Passage) -> bool:
        """Whether the words answered to ask something about a medicine or a therapy."""
        return any(
            not self._objects.isdisjoint(one.signs) and (one.asks or not self._asks.isdisjoint(one.signs))
            for one in passage.sentences
        ) or (any(one.asks for one in passage.sentences) and not self._objects.isdisjoint(passage.marks))

    def weigh(self, passage: Passage, *, direct: bool) -> list[Evidence]:
        """Evidence that these words answer. direct: they reply to the question itself, not only under it."""
        if not passage.sentences or len(passage.marks) > _LONGEST:
            return []
        first = passage.sentences[0]
        for sentence in passage.sentences:
            if sentence.asks or not self._thanks.isdisjoint(sentence.signs):
                continue
            if not self._refers.isdisjoint(sentence.signs) and not self._doctor.isdisjoint(sentence.signs):
                continue  # "ask your nurse" hands over
            opening = passage.marks[sentence.start : sentence.start + 3]
            says_yes = sentence is first and (not self._yes.isdisjoint(opening) or opening[0] in self._no)
            if says_yes or (direct and not self._answers.isdisjoint(sentence.signs)):
                return [
                    Evidence(
                        Label.MEDICATION_ADVICE,
                        Kind.M7,
                        "answer",
                        sentence.start,
                        sentence.end,
                        0.75 if says_yes else 0.6,
                        "M7",
                    )
                ]
        return []
