"""What is said about therapies outside usual care: named, asked, used, praised, sold or warned of."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label

NAMED = 0.85  # a therapy that is held by default
DOUBTFUL = 0.2  # a word that is often something else (ginger, diet, sugar)
IN_GARDEN_OR_KITCHEN = 0.4  # doubtful words: herbs among the tomatoes
NOT_FOR_TREATMENT = (
    0.2  # names in a recipe, a garden, a shop, for a pet, or for coeliac disease, with nothing said to help
)
AS_A_BLOOD_VALUE = 0.15  # "my zinc was low", "I am allergic to gluten"
PRESCRIBED = 0.45  # vitamins and minerals that the care team gave
_RAISED = {
    "taken or tried": 0.25,
    "helps or cures": 0.25,
    "against a sign of the disease": 0.2,
    "beside another": 0.25,
    "asked about": 0.25,
}
FOOD = {
    "a food": 0.12,
    "a word for diet": 0.2,
    "left out or changed": 0.15,
    "said to do something": 0.25,
    "against a sign of the disease": 0.2,
    "told to others": 0.2,
    "tried or asked about against a sign": 0.15,
}
_COELIAC = frozenset({"T116"})  # gluten
_DIETS = frozenset({"dietword", "T217", "T115", "T118"})
_FOODS = _DIETS | {"food", "T002", "T028", "T034", "T042", "T078", "T100", "T116", "T117", "T128", "T133", "T214"}
_NUTRIENTS = frozenset(
    {
        "T058", "T059", "T060", "T061", "T062", "T063", "T064", "T065", "T066", "T067", "T081", "T092", "T106", "T210",
        "T211", "T212", "T213", "T220", "T233",
    }
)  # fmt: skip
_PRESCRIBED = frozenset({"T058", "T061", "T066", "T067", "T212"})  # vitamin D, B12, iron, calcium
_HOSPITAL = frozenset({"medical", "T178", "T188"})  # stem cells, freezing: also done by hospitals
_REACH = 7


class Therapies:
    """Evidence for alternative therapies. Built from the grammar's classes."""

    def __init__(self, classes: Callable[[str], frozenset[str]]) -> None:
        self._named = classes("ther")
        self._doubtful = classes("therw")
        self._both = self._named | self._doubtful
        self._taken = classes("take_b") | classes("take_p") | classes("take_g") | classes("try_b") | classes("try_p")
        self._taken |= classes("try_g") | classes("eat") | classes("stop_p") | classes("avoid_b") | classes("buy")
        self._helps = classes("help") | classes("helped") | classes("cure") | classes("work") | classes("worked")
        self._lab = classes("lab")
        self._values = self._lab | classes("labval")
        self._given = classes("given")
        self._uses = self._taken | self._helps
        self._leaves = classes("leave") | classes("avoid_b") | classes("stop_p")
        self._leaving = classes("stop_b") | classes("avoid_b") | classes("leave")
        self._effects = self._helps | frozenset().union(
            *(classes(one) for one in ("cause", "caused", "better", "happy", "gets", "cure"))
        )
        self._signs_of_disease = classes("sympt") | classes("body")
        self._asks = classes("anyone") | classes("ask") | classes("afraid")
        self._advises = classes("rec") | classes("worth") | classes("try_b") | classes("must") | classes("faut")
        self._wh = classes("wh")
        self._you = classes("you") | classes("your")
        self._garden = classes("garden")
        self._apart = self._garden | classes("pet") | classes("recipe")
        self._coeliac = classes("coeliac")
        self._buy = classes("buy")
        self._claims = self._helps | classes("only") | classes("better") | classes("happy") | classes("good")
        self._warns = classes("bad") | classes("avoid_b") | classes("cause") | classes("caused") | classes("nil")
        self._no = classes("not") | classes("dont") | classes("negmod")
        self._own = classes("i") | classes("my") | classes("me")

    def weigh(self, passage: Passage) -> list[Evidence]:
        """All evidence for alternative therapies."""
        found: list[Evidence] = []
        if self._both.isdisjoint(passage.signs):
            return found
        for sentence in passage.sentences:
            if self._both.isdisjoint(sentence.signs):
                continue
            kind, why = self._kind(sentence)
            stretch = passage.marks[sentence.start : sentence.end]
            for place, mark in enumerate(stretch):
                if mark in self._named:
                    weight, rule = NAMED, "therapy"
                elif mark in self._doubtful:
                    rule = "therapy-doubtful"
                    weight = self._doubt(passage.keys.get(sentence.start + place, ""), stretch, place, sentence)
                else:
                    continue
                unit = sentence.start + place
                key = passage.keys.get(unit, "")
                weight *= self._medical(key, sentence) * self._ordinary(key, sentence, passage)
                found.append(
                    Evidence(Label.ALTERNATIVE_THERAPY, kind, f"{rule}:{key}", unit, unit + 1, min(weight, 0.9), why)
                )
        return found

    def _medical(self, key: str, sentence: Sentence) -> float:
        """What is left where the words speak of a laboratory, an allergy or a prescription."""
        signs = sentence.signs
        values = self._values if key in _NUTRIENTS or key in _HOSPITAL else self._lab
        if not values.isdisjoint(signs) and self._uses.isdisjoint(signs):
            return AS_A_BLOOD_VALUE
        if key in _PRESCRIBED and not self._given.isdisjoint(signs):
            return PRESCRIBED
        return 1.0

    def _ordinary(self, key: str, sentence: Sentence, passage: Passage) -> float:
        """What is left of a name that is no treatment: in a kitchen or garden, for a pet, for coeliac disease."""
        if key in _COELIAC and not self._coeliac.isdisjoint(passage.signs) and self._helps.isdisjoint(sentence.signs):
            return NOT_FOR_TREATMENT
        treats = self._effects | self._signs_of_disease
        if not self._apart.isdisjoint(sentence.signs) and treats.isdisjoint(sentence.signs):
            return NOT_FOR_TREATMENT
        return 1.0

    def _doubt(self, key: str, stretch: str, place: int, sentence: Sentence) -> float:
        """What a doubtful word weighs by what stands around it."""
        around = frozenset(stretch[max(0, place - _REACH) : place] + stretch[place + 1 : place + 1 + _REACH])
        claims = not self._effects.isdisjoint(around)
        against = not self._signs_of_disease.isdisjoint(around)
        if key in _FOODS:
            # Food is food: only what is left out, what it does and what it does it to make a therapy of it.
            weight = FOOD["a word for diet" if key in _DIETS else "a food"]
            weight += FOOD["left out or changed"] * (not self._leaves.isdisjoint(around))
            weight += FOOD["said to do something"] * claims + FOOD["against a sign of the disease"] * against
            weight += FOOD["told to others"] * self._leaving_told(stretch, sentence)
            tried = not self._taken.isdisjoint(around) or (sentence.asks and not self._asks.isdisjoint(sentence.signs))
            weight += FOOD["tried or asked about against a sign"] * (tried and against)
        else:
            weight = DOUBTFUL + _RAISED["taken or tried"] * (not self._taken.isdisjoint(around))
            weight += _RAISED["helps or cures"] * (not self._helps.isdisjoint(around))
            weight += _RAISED["against a sign of the disease"] * against
            weight += _RAISED["asked about"] * (sentence.asks and not self._asks.isdisjoint(sentence.signs))
            weight += _RAISED["beside another"] * (not self._both.isdisjoint(around))
        return weight * IN_GARDEN_OR_KITCHEN if not self._garden.isdisjoint(sentence.signs) else weight

    def _leaving_told(self, stretch: str, sentence: Sentence) -> bool:
        """ "Stop with wheat and sugar for a month", "you should cut out dairy": leaving food out, said to others."""
        if not self._leaving.isdisjoint(stretch[:2]):
            return True
        return (
            not self._leaving.isdisjoint(sentence.signs)
            and not self._advises.isdisjoint(sentence.signs)
            and not self._you.isdisjoint(sentence.signs)
        )

    def _kind(self, sentence: Sentence) -> tuple[Kind, str]:
        signs = sentence.signs
        own = not self._own.isdisjoint(signs)
        if sentence.asks or (not self._asks.isdisjoint(signs) and self._claims.isdisjoint(signs)):
            if (
                not self._you.isdisjoint(signs)
                and not own
                and self._asks.isdisjoint(signs)
                and self._wh.isdisjoint(signs)
            ):
                return Kind.A1, "A1_recommend"
            return Kind.A3, "A3"
        if not self._buy.isdisjoint(signs) and not own:
            return Kind.A1, "A1_sell"
        if not self._warns.isdisjoint(signs) or (not self._no.isdisjoint(signs) and not self._helps.isdisjoint(signs)):
            return Kind.A4, "A4"
        if not self._advises.isdisjoint(signs) and (not own or not self._you.isdisjoint(signs)):
            return Kind.A1, "A1_recommend"
        if not self._claims.isdisjoint(signs):
            return Kind.A1, "A1_claim"
        if own:
            return Kind.A2, "A2"
        return Kind.A1, "A1_name"
