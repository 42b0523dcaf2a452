"""An answer to somebody's open question about a treatment ("yes, always did") steers without naming anything."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.passage import Passage
from moderation.screen.types import Kind, Label

_LONGEST = 60  # units; longer words name what they are about, and other rules see them

# Words by which somebody answers "can I?", "did you?", "how long?" or "is it safe?".
_ANSWERING = (
    "yes", "take_p", "stop_b", "stop_p", "skip_b", "skip_p", "chg_b", "chg_p", "good", "bad",
    "helped", "worked", "faut", "drink", "always", "avoid_b", "happy", "didso", "leaveit", "drank",
)  # fmt: skip
_ANSWERING_WITH_AN_OBJECT = ("take_b", "try_b")  # "I keep the window open" answers nothing


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
        self._hands_over = classes("handover")
        self._acts = frozenset().union(*(classes(one) for one in _ANSWERING_WITH_AN_OBJECT))
        self._meant = self._objects | classes("it") | classes("you") | classes("unit")
        self._kind_words = classes("cheer") | classes("wish")
        self._how_long, self._number = classes("howlong"), classes("num")

    def asks_about_treatment(self, passage: Passage) -> bool:
        """Whether the words answered to ask something about a medicine or a therapy."""
        return any(
            not self._objects.isdisjoint(one.signs) and (one.asks or not self._asks.isdisjoint(one.signs))
            for one in passage.sentences
        ) or (any(one.asks for one in passage.sentences) and not self._objects.isdisjoint(passage.signs))

    def asks_how_long(self, passage: Passage) -> bool:
        """Whether a number alone answers ("about three months")."""
        return not self._how_long.isdisjoint(passage.signs)

    def weigh(self, passage: Passage, *, direct: bool, how_long: bool) -> list[Evidence]:
        """Evidence that these words answer.

        direct: they reply to the question itself, not only under it. how_long: the question asks for a number.
        """
        if not passage.sentences or len(passage.marks) > _LONGEST:
            return []
        first = passage.sentences[0]
        for sentence in passage.sentences:
            if sentence.asks or not self._thanks.isdisjoint(sentence.signs):
                continue
            if not self._refers.isdisjoint(sentence.signs) and not self._doctor.isdisjoint(sentence.signs):
                continue  # "ask your nurse" hands over
            if not self._hands_over.isdisjoint(sentence.signs):
                continue  # so does "that is one for the nurse line"
            opening = passage.marks[sentence.start : sentence.start + 3]
            says_yes = sentence is first and (not self._yes.isdisjoint(opening) or opening[0] in self._no)
            if not says_yes and not self._kind_words.isdisjoint(sentence.signs):
                continue  # "I wish you a good book"
            answers = not self._answers.isdisjoint(sentence.signs)
            answers = answers or (how_long and not self._number.isdisjoint(sentence.signs))
            acts = not self._acts.isdisjoint(sentence.signs) and not self._meant.isdisjoint(sentence.signs)
            if says_yes or (direct and (answers or acts)):
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
