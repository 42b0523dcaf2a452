"""Learns the weights of `learned.csv` from the invented posts of this folder, and from nothing else.

usage: python -m tests.screen.training          (writes moderation/vocabulary/learned.csv)

Logistic regression with a square penalty, both answers weighing the same, by conjugate gradients on Newton's steps;
it has one optimum, so the same posts give the same weights. Run it after a change of posts or of word classes.
"""

import csv
import math
from collections import Counter
from collections.abc import Sequence

from moderation.screen.judge import Screen
from moderation.screen.learned import ALWAYS
from moderation.screen.types import Label, Text
from moderation.screen.vocabulary import FOLDER
from tests.screen.examples import examples

LABELS = (Label.MEDICATION_ADVICE, Label.MEDICATION_QUESTION)
PENALTY = 15.0
RAREST = 3  # posts that a feature must occur in
SMALLEST = 0.02  # weights below this are left out

Feature = tuple[str, str]  # place and class
Post = list[int]


def features_of(screen: Screen, words: str, answers: str = "") -> list[Feature]:
    """What the learned part sees in a post; nothing where no medicine is named."""
    found: set[Feature] = set()
    for _, seen in screen.learned.seen(screen.read(Text(body=words, reply_to=answers))):
        for place, classes in seen.items():
            found.update((place, one) for one in classes)
    return sorted(found)


def learn(posts: Sequence[Post], wanted: Sequence[bool], count: int) -> list[float]:
    """Weights of `count` features (the last one is in every post) for posts given as numbers of features."""
    share = sum(wanted) / len(wanted)
    cost = [0.5 / share if one else 0.5 / (1 - share) for one in wanted]
    weights = [0.0] * count
    for _ in range(12):
        chance = [1 / (1 + math.exp(-sum(weights[one] for one in post))) for post in posts]
        slope = [PENALTY * one for one in weights]
        slope[-1] = 0.0
        for post, is_wanted, one_cost, one_chance in zip(posts, wanted, cost, chance, strict=True):
            for one in post:
                slope[one] += one_cost * (one_chance - is_wanted)
        bend = [one_cost * one * (1 - one) for one_cost, one in zip(cost, chance, strict=True)]
        step = _solve(posts, bend, slope)
        weights = [one - change for one, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-4:
            break
    return weights


def _solve(posts: Sequence[Post], bend: Sequence[float], slope: Sequence[float]) -> list[float]:
    """The Newton step, by conjugate gradients."""
    found = [0.0] * len(slope)
    rest = list(slope)
    way = list(rest)
    size = sum(one * one for one in rest)
    for _ in range(40):
        if size < 1e-8:
            break
        turned = [PENALTY * one for one in way]
        turned[-1] = 1e-6 * way[-1]
        for post, one_bend in zip(posts, bend, strict=True):
            push = one_bend * sum(way[one] for one in post)
            for one in post:
                turned[one] += push
        length = size / sum(one * other for one, other in zip(way, turned, strict=True))
        found = [one + length * other for one, other in zip(found, way, strict=True)]
        rest = [one - length * other for one, other in zip(rest, turned, strict=True)]
        before, size = size, sum(one * one for one in rest)
        way = [one + size / before * other for one, other in zip(rest, way, strict=True)]
    return found


def table(screen: Screen) -> list[dict[str, str]]:
    """All rows of learned.csv."""
    seen = [(features_of(screen, one.words, one.answers), one.labels) for one in examples()]
    seen = [one for one in seen if one[0]]
    often = Counter(feature for features, _ in seen for feature in features)
    known = [*sorted(feature for feature, times in often.items() if times >= RAREST), ("", ALWAYS)]
    number = {feature: place for place, feature in enumerate(known)}
    posts = [[number[one] for one in features if one in number] + [len(known) - 1] for features, _ in seen]
    rows = []
    for label in LABELS:
        weights = learn(posts, [label in labels for _, labels in seen], len(known))
        for (place, name), weight in zip(known, weights, strict=True):
            if abs(weight) >= SMALLEST:
                rows.append({"label": label.value, "place": place, "class": name, "weight": f"{weight:.2f}"})
    return rows


def main() -> None:
    """Write the file."""
    path = FOLDER / "learned.csv"
    rows = table(Screen())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["label", "place", "class", "weight"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} weights in {path.name}")  # noqa: T201


if __name__ == "__main__":
    main()
