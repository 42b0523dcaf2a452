"""Who steers whom to do what with which medicine: ties acts to objects and weighs them."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.grammar import Grammar, Hit
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label

# What each circumstance leaves of a rule's weight. One table, so that the sum can be read.
FACTORS = {
    "object in the sentence before": 0.8,
    "object only a doubtful word": 0.6,
    "object far from the act": 0.7,
    "in a question": 0.35,
    "said by the care team": 0.35,
    "about the writer": 0.4,
}
_SUGGESTS_BY_ASKING = frozenset(
    {"tried", "asked-for", "worth-trying", "worth-trying-2", "need-m", "compare", "compare-2"}
)
_FAR = 9


class Medicines:
    """Evidence for medication advice. Built from the grammar's classes."""

    def __init__(self, grammar: Grammar, classes: Callable[[str], frozenset[str]]) -> None:
        self._grammar = grammar
        self._named = classes("med") | classes("gen")
        self._weak = classes("weakmed")
        self._therapy = classes("ther")
        self._it = classes("it")
        self._doctor = classes("doctor")
        self._told = classes("told")
        self._self = classes("me") | classes("my") | classes("i") | classes("kin") | classes("they")
        self._sad = classes("sad")
        self._happy = classes("happy")

    def weigh(self, passage: Passage, tick: Callable[[], None], memory: bool) -> list[Evidence]:
        """All evidence for medication advice. memory: a medicine was named in the words answered to."""
        found: list[Evidence] = []
        last_named = 0 if memory else -10  # number of the last sentence that names a medicine
        for number, sentence in enumerate(passage.sentences):
            tick()
            named = not self._named.isdisjoint(sentence.signs)
            weak = not self._weak.isdisjoint(sentence.signs)
            if named:
                last_named = number
            near = number - last_named <= 2
            if not (named or weak or near):
                continue
            stretch = passage.marks[sentence.start : sentence.end]
            for hit in self._grammar.find(stretch):
                if hit.rule.label != Label.MEDICATION_ADVICE:
                    continue
                evidence = self._one(hit, stretch, sentence, passage, number, named, weak, near)
                if evidence is not None:
                    found.append(evidence)
        return found

    def _one(
        self,
        hit: Hit,
        stretch: str,
        sentence: Sentence,
        passage: Passage,
        number: int,
        named: bool,
        weak: bool,
        near: bool,
    ) -> Evidence | None:
        rule = hit.rule
        weight = rule.weight
        inside = stretch[hit.start : hit.end]
        if rule.reach == "own":
            if self._named.isdisjoint(inside) and not self._weak.isdisjoint(inside):
                weight *= FACTORS["object only a doubtful word"]
        elif named:
            around = stretch[max(0, hit.start - _FAR) : hit.end + _FAR]
            if self._named.isdisjoint(around):
                weight *= FACTORS["object far from the act"]
        elif weak:
            weight *= FACTORS["object only a doubtful word"]
        elif rule.reach == "near" and near and self._therapy.isdisjoint(sentence.signs):
            weight *= FACTORS["object in the sentence before"]
        else:
            return None
        if sentence.asks and rule.id.split(".")[0] not in _SUGGESTS_BY_ASKING:
            weight *= FACTORS["in a question"]
        if (
            rule.kind != "M1"
            and not self._doctor.isdisjoint(sentence.signs)
            and not self._told.isdisjoint(sentence.signs)
        ):
            weight *= FACTORS["said by the care team"]
        kind = Kind(rule.kind)
        if kind == Kind.M2:
            around = stretch[max(0, hit.start - 4) : hit.end + 4]
            if not self._self.isdisjoint(around):
                weight *= FACTORS["about the writer"]
        start = sentence.start + hit.start
        return Evidence(Label.MEDICATION_ADVICE, kind, rule.id, start, sentence.start + hit.end, weight, rule.why)
