"""Undo disguises that need a vocabulary to be seen: words pulled apart, spelt out, stretched or written with digits.

A piece of text is changed only where a known word comes out that was not there as it stands. Everything else is left
alone, so "and/or", "7.5" and "sooo tired" keep their meaning. Works chunk by chunk, with bounded work for each.
"""

import re
from collections.abc import Callable
from itertools import islice

from moderation.screen.normalise import Plain

# Which letter a digit or sign is written for ("1" may be i or l).
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "@": "a", "€": "e"}
_LEET_TABLES = (str.maketrans(_LEET), str.maketrans(_LEET | {"1": "l"}), str.maketrans(_LEET | {"+": "t", "!": "i"}))
_PIECE = re.compile(r"[^\W_]+")
_SIGN_OF_LEET = re.compile(r"[0-9@$€!+]")
_SIGN_OF_JOINT = re.compile(r"(?:[^ a-z0-9\w\s']\n?|\n)[^\W\d_]")  # plain letters first: most are ruled out there
_SIGN_OF_SPELLING = re.compile(r"[ ./\n\-][^\W_][ ./\n\-]{1,3}[^\W_][ ./\n\-]{1,3}[^\W_](?:[ ./\n,?!\-]|$)")
_TRIPLES = tuple(one * 3 for one in "abcdefghijklmnopqrstuvwxyzéèêëàâùûçïîôö")
_EDGES = ".,;:?!()\"'…"
_REACH = 250  # characters to either side of something suspect
_MOST_PIECES = 20
_MOST_IN_CHUNK = 100  # pieces; a longer run without a space is nobody's words
_LONGEST = 40  # letters of a word; longer ones are nobody's medicine

Keep = list[tuple[str, int]]  # characters to write, each with its place in the plain text


def _may_be_stretched(text: str) -> bool:
    """Whether three equal characters stand in a row: a text laid over itself one place on is zero there twice.

    Forty searches for "aaa", "bbb" and so on would take as long as cutting the text into words.
    """
    try:
        laid = int.from_bytes(text.encode("latin-1"), "big")
    except UnicodeEncodeError:
        return True
    return b"\0\0" in (laid ^ (laid >> 8)).to_bytes(len(text) + 1, "big")[2:]


class Disguise:
    """Clears a text of disguises.

    known: whether a word (or a close spelling of a name) is in the vocabulary. begins: whether a word of the
    vocabulary begins so; pieces are put together only while it does, which keeps the work for each piece small.
    """

    def __init__(self, known: Callable[[str], bool], begins: Callable[[str], bool]) -> None:
        self._known = known
        self._begins = begins

    def clear(self, plain: Plain) -> Plain:
        """`plain` with its disguised words written out; the same object when there were none."""
        text = plain.text
        suspects = [match.start() for match in _SIGN_OF_JOINT.finditer(text) if text[match.start() - 1].isalpha()]
        suspects += self._leet_places(text)
        stretched = _may_be_stretched(text) and any(map(text.__contains__, _TRIPLES))
        if stretched:
            suspects += [place for one in _TRIPLES for place in _all_places(text, one)]
        spelt = _SIGN_OF_SPELLING.search(text) is not None
        if not (suspects or spelt):
            return plain
        changes = self._spelt(text) if spelt else []
        taken = {place for start, end, _ in changes for place in range(start, end)}
        done = 0
        for place in sorted(suspects):
            if place < done or place in taken:
                continue
            # The stretch without a space around it; a line break does not end it, since it may stand in a word.
            start = max(done, text.rfind(" ", max(0, place - _REACH), place) + 1, place - _REACH)
            end = text.find(" ", place, place + _REACH)
            done = end if end >= 0 else min(len(text), place + _REACH)
            if not self._looks_plain(text[start:done], stretched):
                changes += self._chunk(text, start, done)
        if not changes:
            return plain
        return _rewritten(plain, sorted(changes, key=lambda one: one[0]))

    @staticmethod
    def _leet_places(text: str) -> list[int]:
        return [
            match.start()
            for match in _SIGN_OF_LEET.finditer(text)
            if text[match.start() - 1 : match.start()].isalpha() or text[match.end() : match.end() + 1].isalpha()
        ]

    @staticmethod
    def _looks_plain(chunk: str, stretched: bool) -> bool:
        bare = chunk if chunk.isalpha() else chunk.strip(_EDGES).replace("'", "")
        return bare.isalpha() and not (stretched and any(map(bare.__contains__, _TRIPLES)))

    def _chunk(self, text: str, start: int, end: int) -> list[tuple[int, int, Keep]]:
        chunk = text[start:end]
        if "." in chunk and ("@" in chunk or "www" in chunk or "//" in chunk):
            return []  # an address is to be read as it stands
        if chunk.isalpha() and len(chunk) <= _LONGEST:
            plain = self._piece(chunk, start)
            return [(start, end, plain)] if plain else []
        if len(chunk) <= _LONGEST and not chunk.isalpha() and (whole := self._leet(chunk.strip(_EDGES))):
            begin = start + chunk.index(chunk.strip(_EDGES))
            return [(begin, begin + len(whole), [(one, begin + place) for place, one in enumerate(whole)])]
        pieces = [(start + match.start(), match.group()) for match in islice(_PIECE.finditer(chunk), _MOST_IN_CHUNK)]
        changes: list[tuple[int, int, Keep]] = []
        index = 0
        while index < len(pieces):
            width, keep = self._longest(text, pieces, index)
            if not keep and self._broken_by_a_dot(text, pieces[index : index + 2]):
                width = 2  # no word that is known, yet no end of a sentence either
                keep = [
                    (one, place + offset)
                    for place, word in pieces[index : index + 2]
                    for offset, one in enumerate(word)
                ]
            if keep:
                last, word = pieces[index + width - 1]
                changes.append((pieces[index][0], last + len(word), keep))
            index += width
        return changes

    def _broken_by_a_dot(self, text: str, pieces: list[tuple[int, str]]) -> bool:
        if len(pieces) < 2:
            return False
        (place, word), (following, other) = pieces
        between = text[place + len(word) : following]
        return between == "." and word.isalpha() and other.isalpha() and not (self._known(word) or self._known(other))

    def _longest(self, text: str, pieces: list[tuple[int, str]], index: int) -> tuple[int, Keep]:
        """The most pieces from `index` on that make one known word together."""
        start, first = pieces[index]
        following = pieces[index + 1][1] if index + 1 < len(pieces) else ""
        if len(first) == 1 and len(following) == 1:
            return 1, []  # letters one by one are looked at as spelling
        if not following or not (
            self._begins(first + following) or any(map((first + following).__contains__, _TRIPLES))
        ):
            return 1, self._piece(first, start)
        together = ""
        letters: Keep = []
        unknown = False
        best: tuple[int, Keep] = (1, [])
        for width, (place, word) in enumerate(pieces[index : index + _MOST_PIECES], start=1):
            if len(word) > _LONGEST or (width > 1 and "'" in text[letters[-1][1] + 1 : place]):
                break
            together += word
            letters += [(one, place + offset) for offset, one in enumerate(word)]
            unknown = unknown or not self._known(word)
            hopeful = self._begins(together) or (len(word) > 1 and any(one * 3 in together for one in word))
            if (len(together) > _LONGEST or not hopeful) and (width > 1 or not unknown):
                break
            if width > 1 and len(together) >= 4 and unknown:
                if self._known(together):
                    best = (width, letters.copy())
                elif plain := self._reduced(letters):
                    best = (width, plain)
            elif width == 1 and unknown and (alone := self._piece(word, place)):
                best = (1, alone)
        return best

    def _piece(self, word: str, place: int) -> Keep:
        """One piece by itself: stretched, or with digits for letters. Empty when it is plain or means nothing."""
        if self._known(word) or len(word) > _LONGEST:
            return []
        if not word.isalpha() and (clear := self._leet(word)):
            return [(one, place + offset) for offset, one in enumerate(clear)]
        return self._reduced([(one, place + offset) for offset, one in enumerate(word)])

    def _leet(self, word: str) -> str:
        if not _SIGN_OF_LEET.search(word) or word.isdigit() or not any(one.isalpha() for one in word):
            return ""
        for table in _LEET_TABLES:
            clear = word.translate(table)
            if clear.isalpha() and clear != word and len(clear) >= 4 and self._known(clear):
                return clear
        return ""

    def _reduced(self, letters: Keep) -> Keep:
        """A stretched word ("stoooop") in the one spelling that is known."""
        runs: list[Keep] = []
        for one in letters:
            if runs and runs[-1][0][0] == one[0]:
                runs[-1].append(one)
            else:
                runs.append([one])
        if max(len(run) for run in runs) < 3:
            return []
        for most in (2, 1):
            for tighten_all in (False, True):
                kept = [part for run in runs for part in (run[:most] if len(run) > 2 or tighten_all else run)]
                if len(kept) >= 3 and self._known("".join(one for one, _ in kept)):
                    return kept
        return []

    def _spelt(self, text: str) -> list[tuple[int, int, Keep]]:
        """Words spelt out letter by letter; a wider gap ends one."""
        changes: list[tuple[int, int, Keep]] = []
        run: Keep = []
        step = 0
        for match in _PIECE.finditer(text):
            place = match.start()
            gap = place - run[-1][1] - 1 if run else 0
            single = match.end() - place == 1
            if run and (not single or gap > 3 or (len(run) > 1 and gap > step)):
                self._end_of_spelling(run, changes)
                run = []
            elif len(run) == 1:
                step = gap
            if single:
                run.append((match.group(), place))
        self._end_of_spelling(run, changes)
        return changes

    def _end_of_spelling(self, run: Keep, changes: list[tuple[int, int, Keep]]) -> None:
        start = 0
        letters = "".join(one for one, _ in run).translate(_LEET_TABLES[0])
        while len(run) - start >= 4:
            end = start
            if self._begins(letters[start : start + 4]):
                for place in range(start + 4, min(len(run), start + _MOST_PIECES) + 1):
                    word = letters[start:place]
                    if not self._begins(word):
                        break
                    if self._known(word):
                        end = place
            if end > start:
                changes.append(
                    (run[start][1], run[end - 1][1] + 1, [(letters[n], run[n][1]) for n in range(start, end)])
                )
                start = end - 1
            start += 1


def _all_places(text: str, part: str) -> list[int]:
    found = []
    place = text.find(part)
    while place >= 0:
        found.append(place)
        place = text.find(part, place + len(part))
    return found


def _rewritten(plain: Plain, changes: list[tuple[int, int, Keep]]) -> Plain:
    out: list[str] = []
    origin: list[int] = []
    position = 0
    before = plain.origin
    for start, end, keep in changes:
        if start < position:
            continue
        out.append(plain.text[position:start])
        origin += before[position:start] if before else range(position, start)
        for one, place in keep:
            out.append(one)
            origin.append(before[place] if before else place)
        position = end
    out.append(plain.text[position:])
    origin += before[position:] if before else range(position, len(plain.text))
    return Plain("".join(out), origin, plain.given_length)
