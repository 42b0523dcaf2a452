"""Everyday sentences put together by chance: text of the right length for measurements, nothing to be held."""

import random

OPENINGS = [
    "This morning", "Yesterday evening", "After lunch", "On Sunday", "Last week", "In the garden", "On the way home",
    "Before the school run", "While the kettle boiled", "At my sister's table", "In the waiting room", "On the tram",
]  # fmt: skip
WHO = [
    "I", "my daughter and I", "my neighbour", "the whole family", "our little group", "my brother", "a colleague",
    "the woman next door", "my partner", "an old friend",
]  # fmt: skip
DID = [
    "walked slowly around the pond", "folded the washing in two rounds", "opened the jar with the rubber mat",
    "sat down on the bench by the church", "laughed about the lost umbrella", "made soup for three days",
    "planned the week with a pencil", "cancelled one thing and kept another", "read the same page twice",
    "swam two quiet lanes", "took the lift without an excuse", "wrote a list of small victories",
    "put the shoes with the soft laces on", "watched the rain for a while",
]  # fmt: skip
FELT = [
    "and that was enough for one day", "and nobody asked for an explanation", "and it felt lighter than before",
    "though my hands were slow", "because the sofa was closer", "and I was glad of the company",
    "which surprised everybody", "and the afternoon was mine again", "so the evening could be quiet",
    "and we will do it again on Thursday",
]  # fmt: skip
SUBJECTS = [
    "Mornings",
    "Stairs",
    "The allotment",
    "Birthday plans",
    "Tired days",
    "Work and rest",
    "Slow walks",
    "Jars",
]
TURNS = ["and what helps", "in winter", "with friends", "one step at a time", "told honestly", "after a long week"]


def title_words(chance: random.Random) -> str:
    return f"{chance.choice(SUBJECTS)} {chance.choice(TURNS)} {chance.randrange(1, 10_000)}"


def sentence_words(chance: random.Random, words: int) -> str:
    """About `words` words in whole sentences."""
    said: list[str] = []
    while sum(len(one.split()) for one in said) < words:
        said.append(f"{chance.choice(OPENINGS)} {chance.choice(WHO)} {chance.choice(DID)}, {chance.choice(FELT)}.")
    return " ".join(said)
