"""Who steers whom to do what with which medicine: ties acts to objects and weighs them."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.grammar import Grammar, Hit
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label

# What each circumstance leaves of a rule's weight. One table, so that the sum can be read.
FACTORS = {
    "object in the sentence before": 0.8,
    "object only a doubtful word": 0.72,
    "object far from the act": 0.7,
    "in a question": 0.35,
    "said by the care team": 0.35,
    "about the writer": 0.4,
    "goes on with a story": 0.3,
    "only supposed": 0.3,
    "done to the writer": 0.4,
    "in the past": 0.5,
    "about getting it": 0.4,
    "only wished": 0.5,
    "no verb known": 0.8,
    "and is glad of it": 1.5,
}
_SUGGESTS_BY_ASKING = frozenset(
    {
        "tried",
        "tried-2",
        "tried-3",
        "why-not",
        "why-not-nl",
        "why-about",
        "have-they",
        "have-they-2",
        "have-they-3",
        "asked-for",
        "worth-trying",
        "worth-trying-2",
        "need-m",
        "compare",
        "compare-2",
    }
)
_ORDERS = frozenset(
    {
        "order",
        "order-it",
        "order-not",
        "order-not-it",
        "get-m",
        "wait",
        "ask-for",
        "to-take",
        "can-take",
        "let-them",
        "never-m",
    }
)
_ATTRIBUTED = frozenset({"recommend", "recommend-2", "made-stop", "would-not", "worth-trying", "worth-trying-2"})
_EVEN_OF_ONESELF = frozenset({"compare", "compare-2", "compare-4", "only", "bad-for", "able-off", "claim-be-better"})
_BESIDE_THE_TEAM = frozenset({"own-no", "own-less", "own-stop-hidden", "own-stop-hidden-2"})
_NEEDS = frozenset({"must-m", "need-m", "need-m-nl", "faut-m"})
_OF_ANYBODY = frozenset(
    {"treated-with", "m-treats", "make-people", "compare-3"}
)  # a story anywhere in the sentence is a story
# Words by which a sentence may steer without naming a medicine: "take it with food", "don't tell your doctor".
_STEERING = (
    "whatitake", "lessthan", "dare", "nochg", "mine", "weekday", "medtime", "noscript", "keepback", "togetherw",
    "halfnum", "samedo", "conceal", "doubleup",
)  # fmt: skip
_FAR = 9
_SHORT_POST = 30  # units: in a few words the sentence is the message
_SHORTEST = 4  # units; "Humira pens" names a medicine and says nothing of it


class Medicines:
    """Evidence for medication advice. Built from the grammar's classes."""

    def __init__(self, grammar: Grammar, classes: Callable[[str], frozenset[str]]) -> None:
        self.grammar = grammar
        self._sure = classes("med")
        self._named = classes("med") | classes("gen")
        self._weak = classes("weakmed")
        self._therapy = classes("ther")
        self._it = classes("it")
        self._doctor = classes("doctor")
        self._told = classes("told")
        self._self = classes("me") | classes("my") | classes("i") | classes("kin") | classes("they")
        self._subject = classes("i") | classes("they") | classes("kin") | classes("doctor") | classes("people")
        self._you = classes("you")
        self._if = classes("if")
        self._worry = classes("afraid")
        self._wonders = classes("anyone") | classes("ask")
        self._wh = classes("wh") | classes("why")
        self._being = classes("being")
        self._nameless = frozenset().union(*(classes(one) for one in _STEERING))
        self._skips, self._weeks = classes("skip_b") | classes("skip_p"), classes("weekword")
        self._team_or_drink = classes("doctor") | classes("drink")
        self._was = classes("was")
        self._quiet = classes("wish") | classes("cheer") | classes("light") | classes("thanks")
        self._refers = classes("refer") | classes("doctor")
        self._first_without = frozenset().union(*(classes(one) for one in ("without", "if", "of", "adv", "self")))
        self._negated = classes("not") | classes("dont") | classes("negmod")
        self._act = frozenset().union(*(classes(f"{one}_b") for one in ("stop", "skip", "take", "try", "chg", "avoid")))
        self._admin = classes("admin")
        self._sad = classes("sad") | classes("dare")
        self._happy = classes("happy")
        self._comma = next(iter(classes("comma")))
        opening = ("wh", "why", "can", "do", "have", "be", "anyone", "ask", "must", "would", "will", "if")
        self._opens_question = frozenset().union(*(classes(one) for one in opening))

    def weigh(self, passage: Passage, tick: Callable[[], None], memory: bool) -> list[Evidence]:
        """All evidence for medication advice. memory: a medicine was named in the words answered to."""
        found: list[Evidence] = []
        names = not self._named.isdisjoint(passage.signs) or not self._weak.isdisjoint(passage.signs)
        if not (memory or names or self._steers_without_a_name(passage.signs)):
            return found
        last_named = 0 if memory else -10  # number of the last sentence that names a medicine
        for number, sentence in enumerate(passage.sentences):
            tick()
            named = not self._sure.isdisjoint(sentence.signs) or (
                not self._named.isdisjoint(sentence.signs) and self._therapy.isdisjoint(sentence.signs)
            )  # "a magnesium pill" names no medicine
            weak = not self._weak.isdisjoint(sentence.signs)
            if named:
                last_named = number
            near = number - last_named <= 2
            if not (named or weak or near or self._steers_without_a_name(sentence.signs)):
                continue
            stretch = passage.marks[sentence.start : sentence.end]
            for hit in self.grammar.find(stretch, sentence.signs):
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
        name = rule.id.split(".")[0]
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
        if name not in _SUGGESTS_BY_ASKING and (
            (sentence.asks and not self._said_before_asking(stretch, hit.end))
            or not self._wonders.isdisjoint(sentence.signs)
            or stretch[0] in self._wh
            or (name.startswith("worth") and not self._worry.isdisjoint(sentence.signs))
        ):
            weight *= FACTORS["in a question"]
        kind, why = Kind(rule.kind), rule.why
        before = stretch[: hit.start]
        if name in _ORDERS and before and self._tells_of_others(before):
            weight *= FACTORS["goes on with a story"]
        if (kind != Kind.M1 or name in _ATTRIBUTED) and name not in _BESIDE_THE_TEAM and self._said_by_team(sentence):
            weight *= FACTORS["said by the care team"]
        if name == "wait" and not self._admin.isdisjoint(sentence.signs):
            weight *= FACTORS["about getting it"]
        if name in _NEEDS and not self._quiet.isdisjoint(sentence.signs):
            weight *= FACTORS["only wished"]
        if kind == Kind.M2 and not self._was.isdisjoint(inside):
            weight *= FACTORS["in the past"]
        if kind == Kind.M2 and name not in _EVEN_OF_ONESELF:
            around = stretch if name in _OF_ANYBODY else stretch[max(0, hit.start - 4) : hit.end + 4]
            if not self._self.isdisjoint(around):
                weight *= FACTORS["about the writer"]
        label: Label | None = Label.MEDICATION_ADVICE
        if kind == Kind.M1 and self._hands_over(inside, sentence):
            kind, why = Kind.M4, "M4"
        if kind == Kind.M5:
            label = None
        if kind == Kind.M3:
            if before and before[-1] in self._if:
                weight *= FACTORS["only supposed"]
            if not self._being.isdisjoint(inside):
                weight *= FACTORS["done to the writer"]
            signs = sentence.signs.union(*(one.signs for one in passage.sentences[number + 1 : number + 3]))
            if not self._happy.isdisjoint(signs):
                weight = min(0.9, weight * FACTORS["and is glad of it"])
            elif not self._sad.isdisjoint(signs):
                label, kind, why = None, Kind.M5, "M5"
        start = sentence.start + hit.start
        return Evidence(label, kind, rule.id, start, sentence.start + hit.end, weight, why)

    def _steers_without_a_name(self, signs: frozenset[str]) -> bool:
        """ "Never stop without asking your doctor", "don't take that with wine", "the one I take" name no medicine."""
        if not self._nameless.isdisjoint(signs):
            return True
        if not self._skips.isdisjoint(signs) and not self._weeks.isdisjoint(signs):
            return True
        return not self._negated.isdisjoint(signs) and not self._team_or_drink.isdisjoint(signs)

    def _said_before_asking(self, stretch: str, end: int) -> bool:
        """ "Don't change a thing, all right?", "Get that jab, why suffer?": only what follows the comma asks."""
        return self._comma in stretch[end:] and self._opens_question.isdisjoint(stretch[:2])

    def _tells_of_others(self, before: str) -> bool:
        """A subject stands before the verb: "she ... and put me on", "I eat well and take my tablets"."""
        return not self._subject.isdisjoint(before) and self._you.isdisjoint(before)

    def _hands_over(self, inside: str, sentence: Sentence) -> bool:
        """ "Don't stop without asking your nurse" steers, yet only towards the care team."""
        signs = sentence.signs
        return (
            not self._negated.isdisjoint(inside)
            and not self._refers.isdisjoint(signs)
            and not self._doctor.isdisjoint(signs)
            and not self._first_without.isdisjoint(signs)
        )

    def _said_by_team(self, sentence: Sentence) -> bool:
        return not self._doctor.isdisjoint(sentence.signs) and not self._told.isdisjoint(sentence.signs)
