"""Search over published words: newest first, accents folded, never an error whatever was typed."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from forum.models import Post, SearchEntry
from people.models import Person

FOUND_A_PAGE = 20
TERMS, LETTERS = 8, 40  # of a query: more says no more
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Words in lower case without accents, a space between them: what is stored, and what a query becomes."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_WORD.findall(plain))


def _terms(query: str) -> list[str]:
    return [one[:LETTERS] for one in fold(query[:1_000]).split()[:TERMS]]


def _matching(terms: list[str]) -> RawSQL:
    """Ids of entries that hold every term; the last one may be the beginning of a word."""
    if connection.vendor == "sqlite":
        words = " ".join(f'"{one}"' for one in terms) + "*"
        return RawSQL("SELECT rowid FROM forum_search_fts WHERE forum_search_fts MATCH %s", [words])
    words = " & ".join(f"'{one}'" for one in terms) + ":*"
    return RawSQL("SELECT id FROM forum_searchentry WHERE vector @@ to_tsquery('simple', %s)", [words])


@dataclass(frozen=True, slots=True)
class Found:
    """posts: newest first. older: the entry to go on behind, or None at the end."""

    posts: list[Post]
    older: int | None


def search(query: str, person: Person, *, before: int | None = None) -> Found:
    """Visible posts that hold all words of the query. An empty or unreadable query finds nothing."""
    terms = _terms(query)
    if not terms:
        return Found([], None)
    entries = SearchEntry.objects.filter(pk__in=_matching(terms), post__in=Post.objects.visible_to(person))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    page = list(
        entries.filter(post__state=Post.State.VISIBLE)
        .select_related("post__thread__board", "post__author")
        .order_by("-pk")[: FOUND_A_PAGE + 1]
    )
    shown = page[:FOUND_A_PAGE]
    return Found([one.post for one in shown], shown[-1].pk if len(page) > FOUND_A_PAGE else None)
