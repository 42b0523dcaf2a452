"""Learns the weights of `learned.csv` from the invented posts of this folder, and from nothing else.

usage: python -m tests.screen.training          (writes moderation/vocabulary/learned.csv)

A post says which labels it carries, not where. So each label's sentences are looked for while learning: first every
sentence of a post that carries it counts, then only the most telling one and those that are as sure (multiple-instance
learning), and logistic regression with a square penalty learns from those. All three languages learn at once, since
word classes have none. Run it after a change of posts or of word classes.
"""

import csv
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from moderation.screen.judge import Screen
from moderation.screen.learned import LABELS
from moderation.screen.types import Label, Text
from moderation.screen.vocabulary import FOLDER
from tests.screen.examples import examples

PENALTY = 14.0  # the inverse of scikit-learn's C
ROUNDS = 4
SURE = 0.5  # sentences of a post with the label that count beside its most telling one: from this sum on
# How much of all weight lies on the sentences that carry the label: about as many as in real talk about medicines, so
# that a chance is neither bold nor shy. Set on the development posts and on files left out of the learning.
SHARE = {Label.MEDICATION_ADVICE: 0.18, Label.MEDICATION_QUESTION: 0.07}
RAREST = 3  # posts that something must occur in
SMALLEST = 0.03  # weights below this are left out

Feature = tuple[str, str]  # place and what is seen there
Bag = list[Counter[Feature]]  # the sentences of one post
ALWAYS: Feature = ("sentence", "always")


def learn(
    bags: Sequence[Bag], wanted: Sequence[bool], known: Sequence[Feature], positive: float
) -> dict[Feature, float]:
    """Weight of each known feature and of ALWAYS, for posts as bags of sentences; positive: see SHARE."""
    sentences = matrix(bags, known)
    of_post = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    says = np.asarray(wanted)[of_post]
    ends = np.cumsum([len(bag) for bag in bags])
    counts = np.ones(len(of_post), dtype=bool)
    share = np.array([1 / len(bags[post]) for post in of_post])  # at first a long post weighs as much as a short one
    model = LogisticRegression(C=1 / PENALTY, max_iter=2000, tol=1e-6)
    for turn in range(ROUNDS):
        weight = share if turn == 0 else np.ones(len(of_post))
        others, own = weight[counts & ~says].sum(), weight[counts & says].sum()
        weight = np.where(says, weight * others / own * positive / (1 - positive), weight)
        model.fit(sentences[counts], says[counts], sample_weight=weight[counts])
        sums = model.decision_function(sentences)
        counts = ~says | (sums > SURE)
        for end, bag, is_wanted in zip(ends, bags, wanted, strict=True):
            if is_wanted:
                counts[end - len(bag) + int(np.argmax(sums[end - len(bag) : end]))] = True
    return dict(zip(known, model.coef_[0], strict=True)) | {ALWAYS: float(model.intercept_[0])}


def matrix(bags: Sequence[Bag], known: Sequence[Feature]) -> csr_matrix:
    """One row for each sentence of all posts, one column for each known feature."""
    number = {feature: column for column, feature in enumerate(known)}
    columns: list[int] = []
    times: list[int] = []
    ends = [0]
    for bag in bags:
        for sentence in bag:
            there = [(number[one], count) for one, count in sentence.items() if one in number]
            columns += [column for column, _ in there]
            times += [count for _, count in there]
            ends.append(len(columns))
    return csr_matrix((times, columns, ends), shape=(len(ends) - 1, len(known)), dtype=float)


def table(screen: Screen) -> list[dict[str, str]]:
    """All rows of learned.csv."""
    bags, carried = [], []
    for one in examples():
        passage = screen.read(Text(body=one.words))
        if screen.learned.reads(passage):
            bags.append(screen.learned.seen(passage))
            carried.append(one.labels)
    often = Counter(feature for bag in bags for feature in set().union(*bag))
    known = sorted(feature for feature, posts in often.items() if posts >= RAREST and feature != ALWAYS)
    learned = [learn(bags, [label in labels for labels in carried], known, SHARE[label]) for label in LABELS]
    rows = []
    for feature in [*known, ALWAYS]:
        weights = [one[feature] for one in learned]
        if max(map(abs, weights)) >= SMALLEST or feature == ALWAYS:
            place, seen = feature
            told = {label.value: f"{weight:.2f}" for label, weight in zip(LABELS, weights, strict=True)}
            rows.append({"place": place, "seen": seen} | told)
    return rows


def main() -> None:
    """Write the file."""
    path = FOLDER / "learned.csv"
    rows = table(Screen())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["place", "seen", *(label.value for label in LABELS)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} weights in {path.name}")  # noqa: T201


if __name__ == "__main__":
    main()
