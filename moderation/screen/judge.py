"""Screen a text: read it, let every rule speak, add up, and say what was seen, where and why."""

import math
import time
from collections import defaultdict
from pathlib import Path

from moderation.screen.answers import Answers
from moderation.screen.details import Details, clinician_named
from moderation.screen.disguise import Disguise
from moderation.screen.errors import ScreenBroken, ScreenTooSlow
from moderation.screen.evidence import Evidence
from moderation.screen.grammar import Grammar, Rule
from moderation.screen.learned import Learned
from moderation.screen.lexicon import Lexicon
from moderation.screen.medicines import Medicines
from moderation.screen.passage import Passage, Sentence
from moderation.screen.questions import Questions
from moderation.screen.reasons import REASONS
from moderation.screen.redflags import RedFlags
from moderation.screen.therapies import Therapies
from moderation.screen.types import Finding, Kind, Label, Text, Verdict
from moderation.screen.vocabulary import FOLDER, fingerprint

# From which score a text carries a label. Set on the examples of the guidelines and the development posts.
THRESHOLDS = {
    Label.MEDICATION_ADVICE: 0.52,
    Label.ALTERNATIVE_THERAPY: 0.44,
    Label.MEDICATION_QUESTION: 0.42,
    Label.RED_FLAG: 0.5,
    Label.PERSONAL_DETAILS: 0.5,
}
SUGGESTS = ("tried", "why-", "asked-for", "have-they")  # rules that suggest by asking
_LABELS = tuple(Label)
_SHOWN = 0.25  # evidence below this is not worth a line on the nurse's desk, unless nothing else carries the label
_MOST_FINDINGS = 60
_NEXT_TO = 2  # units
_FAINT = 0.35  # a sign that weighs less is no part of the sum: "infection" here and "diarrhoea" there make no danger
LEARNED_ADVICE = 0.75  # most that the learned part weighs as evidence for advice: it only adds to the rules
LEARNED_QUESTION = 0.5  # its share in what is a question; the rest is the rules'


class Screen:
    """Everything read once and ready. Raises ScreenBroken when vocabulary or rules cannot be used."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.lexicon = Lexicon(folder)
        by_name = self.lexicon.classes()

        def classes(name: str) -> frozenset[str]:
            if name not in by_name:
                raise ScreenBroken(f"no words of class {name!r}")
            return frozenset(by_name[name])

        self.medicines = Medicines(Grammar(by_name, "rules.csv", folder), classes)
        self.red_flags = RedFlags(Grammar(by_name, "red_flag_rules.csv", folder), classes, folder)
        self._disguise = self._undo_disguises()
        self._therapies = Therapies(classes)
        self._questions = Questions(classes)
        self._answers = Answers(classes)
        self._details = Details(folder)
        self._doctor = classes("doctor") | classes("title")
        self._complaint = classes("complaint")
        self._reader = classes("you") | classes("your")
        acts = ("take_b", "try_b", "stop_b", "skip_b", "chg_b", "avoid_b", "get_b", "faut", "rec", "refer", "dont")
        self._acts = frozenset().union(*(classes(one) for one in acts))
        self.learned = Learned(self.lexicon, folder)
        self.version = fingerprint(folder)

    @property
    def medicine_rules(self) -> list[Rule]:
        """All rules about medicines, as they were read."""
        return self.medicines.grammar.rules

    def _undo_disguises(self) -> Disguise:
        words = self.lexicon.parts | self.red_flags.words
        beginnings = frozenset(word[:end] for word in words for end in range(1, len(word) + 1))

        def known(word: str) -> bool:
            return word in words or self.lexicon.knows(word)

        return Disguise(known, beginnings.__contains__)

    def read(self, text: Text) -> Passage:
        """The text as the rules see it (for tests and for showing the evidence)."""
        return Passage(text, self.lexicon, self._disguise)

    def verdict(self, text: Text, *, deadline: float | None = None) -> Verdict:
        """What the screen says of `text`. Raises ScreenTooSlow past `deadline` (an instant of time.monotonic())."""

        def tick() -> None:
            if deadline is not None and time.monotonic() > deadline:
                raise ScreenTooSlow

        tick()
        passage = self.read(text)
        tick()
        asked, direct, how_long = self._asked(text)
        evidence = self.medicines.weigh(passage, tick, asked)
        tick()
        evidence += self._therapies.weigh(passage)
        tick()
        suggested = {
            sentence.start
            for one in evidence
            if one.rule.startswith(SUGGESTS)
            for sentence in passage.sentences
            if sentence.start <= one.start < sentence.end
        }
        evidence += self._questions.weigh(passage, asked, suggested)
        if asked:
            evidence += self._answers.weigh(passage, direct=direct, how_long=how_long)
        tick()
        evidence += self.red_flags.weigh(passage, tick)
        tick()
        if passage.new_from:
            evidence = [one for one in evidence if one.end > passage.new_from]
        scores = self._scores(evidence)
        evidence += self._learned(passage, evidence, scores)
        findings = [self._finding(one, passage) for one in self._told(evidence, scores)]
        findings += self._personal(text, passage)
        tick()
        for finding in findings:
            if finding.label == Label.PERSONAL_DETAILS:
                scores[Label.PERSONAL_DETAILS] = 1.0
        labels = frozenset(label for label, score in scores.items() if score >= THRESHOLDS[label])
        order = {"context": 0, "title": 1, "body": 2, "tags": 3}
        findings.sort(key=lambda one: (order[one.field], one.start, one.end, one.rule))
        return Verdict(tuple(findings), labels, _alike(scores), self.version)

    def _asked(self, text: Text) -> tuple[bool, bool, bool]:
        """Whether these words answer a question about a treatment, whether directly, and whether it asks how long."""
        for words, direct in ((text.reply_to, True), (text.open_question, False)):
            if not words:
                continue
            question = self.read(Text(body=words))
            if self._answers.asks_about_treatment(question):
                return True, direct, self._answers.asks_how_long(question)
        return False, False, False

    def _scores(self, evidence: list[Evidence]) -> dict[Label, float]:
        if not evidence:
            return dict.fromkeys(_LABELS, 0.0)
        # One rule speaks once for one place, and one red flag once a text: saying it twice is not more of it.
        parts: dict[Label, dict[str, Evidence]] = defaultdict(dict)
        for one in evidence:
            if one.label is not None:
                once = one.flag or (one.rule if one.label == Label.ALTERNATIVE_THERAPY else "")
                name = once or f"{one.rule}@{one.start // 12}"
                known = parts[one.label].get(name)
                if known is None or one.weight > known.weight:
                    parts[one.label][name] = one
        weights = {label: [one.weight for one in parts[label].values()] for label in _LABELS}
        weights[Label.RED_FLAG] = [one for one in weights[Label.RED_FLAG] if one >= _FAINT]
        weights[Label.MEDICATION_ADVICE] = _apart(list(parts[Label.MEDICATION_ADVICE].values()))
        return {label: 1.0 - math.prod(1.0 - weight for weight in weights[label]) for label in _LABELS}

    def _learned(self, passage: Passage, evidence: list[Evidence], scores: dict[Label, float]) -> list[Evidence]:
        """Blends the learned part into `scores`; evidence of its own where only with it a label is carried."""
        if not self.learned.reads(passage):
            return []
        found: list[Evidence] = []
        for label, telling in self.learned.judge(passage).items():
            before = scores[label]
            if label == Label.MEDICATION_ADVICE:
                scores[label] = 1 - (1 - before) * (1 - LEARNED_ADVICE * telling.chance)
            else:
                scores[label] += LEARNED_QUESTION * (telling.chance - before)
            if before < THRESHOLDS[label] <= scores[label]:
                sentence = passage.sentences[telling.sentence]
                kind, why = self._kind_of_learned(label, sentence, passage.marks[sentence.start : sentence.start + 3])
                weight = round(scores[label] - before, 3)  # what it added
                found.append(Evidence(label, kind, "learned", sentence.start, sentence.end, weight, why))
        return found

    def _kind_of_learned(self, label: Label, sentence: Sentence, opening: str) -> tuple[Kind, str]:
        if label == Label.MEDICATION_QUESTION:
            return Kind.M6, "M6"
        steers = not self._reader.isdisjoint(sentence.signs) or not self._acts.isdisjoint(opening)
        return (Kind.M1, "M1_take") if steers else (Kind.M2, "M2_claim")

    def _told(self, evidence: list[Evidence], scores: dict[Label, float]) -> list[Evidence]:
        """What becomes a finding: all evidence of a carried label that matters, and the kinds without a label."""
        told: list[Evidence] = []
        strongest: dict[Label, Evidence] = {}
        for one in evidence:
            if one.label is None:
                told.append(one)
            elif scores[one.label] >= THRESHOLDS[one.label]:
                if one.weight >= _SHOWN:
                    told.append(one)
                if one.label not in strongest or one.weight > strongest[one.label].weight:
                    strongest[one.label] = one
        told += [one for one in strongest.values() if one not in told]
        kept: dict[tuple[object, ...], Evidence] = {}
        for one in sorted(told, key=lambda one: -one.weight):
            kept.setdefault((one.label, one.kind, one.start, one.flag), one)
        return list(kept.values())[:_MOST_FINDINGS]

    def _finding(self, one: Evidence, passage: Passage) -> Finding:
        field, start, end = passage.place(one.start, one.end)
        urgency = self.red_flags.urgency[one.flag] if one.flag else None
        return Finding(
            one.label, one.kind, one.rule, field, start, end, REASONS[one.why], round(one.weight, 3), one.flag, urgency
        )

    def _personal(self, text: Text, passage: Passage) -> list[Finding]:
        found: list[Finding] = []
        for name, clear in passage.fields():
            if name == "context":
                continue
            for detail in self._details.find(clear.text):
                start, end = clear.given(detail.start, detail.end)
                found.append(
                    Finding(Label.PERSONAL_DETAILS, Kind.I1, detail.rule, name, start, end, REASONS[detail.why])
                )
        if self._doctor.isdisjoint(passage.signs) or self._complaint.isdisjoint(passage.signs):
            return found[:_MOST_FINDINGS]
        for name, given in (("title", text.title), ("body", text.body)):
            if given and (place := clinician_named(given)) is not None:
                found.append(Finding(Label.PERSONAL_DETAILS, Kind.I2, "complaint-by-name", name, *place, REASONS["I2"]))
        return found[:_MOST_FINDINGS]


def _alike(scores: dict[Label, float]) -> dict[Label, float]:
    """The scores stretched so that each label is carried from 0.5 on, and one bar can be laid over all."""
    found = {}
    for label, score in scores.items():
        bar = THRESHOLDS[label]
        found[label] = 0.5 * score / bar if score < bar else 0.5 + 0.5 * (score - bar) / (1 - bar)
    return found


def _apart(evidence: list[Evidence]) -> list[float]:
    """Weights that count: where evidence overlaps only the heaviest."""
    kept: list[Evidence] = []
    for one in sorted(evidence, key=lambda one: -one.weight):
        if any(one.start < other.end + _NEXT_TO and other.start < one.end + _NEXT_TO for other in kept):
            continue
        kept.append(one)
    return [one.weight for one in kept]


_ready: Screen | None = None


def ready() -> Screen:
    """The one screen of this process, read from the vocabulary at first use."""
    global _ready
    if _ready is None:
        _ready = Screen()
    return _ready


def screen(text: Text, *, deadline: float | None = None) -> Verdict:
    """Judge `text`; every rule runs. Raises ScreenTooSlow past the deadline and ScreenBroken on unusable data.

    The caller turns any exception into a hold; the screen never answers "nothing seen" because of trouble.
    """
    return ready().verdict(text, deadline=deadline)
