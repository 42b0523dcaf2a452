"""Words become what a reader sees: a small Markdown, cleaned once. The one module that knows bleach."""

import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

import bleach
from markdown_it import MarkdownIt

TAGS = frozenset({"p", "br", "ul", "ol", "li", "blockquote", "em", "strong", "a"})
ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https"})
REL = "nofollow noopener noreferrer ugc"

# Control characters and surrogates cannot be stored or shown; line ends become one kind. What turns the writing
# direction round would show a reader other words than the screen read.
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *_TURNS))
# Letters by their category, with nothing to see: Hangul fillers and the empty Braille cell.
_EMPTY_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class Rendered:
    """html: safe to show as it is. text: what the reader sees, as plain text with "- " and "> " kept."""

    html: str
    text: str


def clean(words: str) -> str:
    """The words without what no reader could see or no database could hold; otherwise as they were typed."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").translate(UNPRINTABLE)
    return "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in words).strip()


def is_blank(text: str) -> bool:
    """Nothing that a reader could see: spaces, joiners, marks without a letter, fillers."""
    return all(one in _EMPTY_LETTERS or unicodedata.category(one)[0] in "CMZ" for one in text)


def _web_address(url: str) -> bool:
    """http or https with a host, nothing else: bleach takes `javascript:123` for a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in PROTOCOLS and bool(parts.netloc) and "@" not in parts.netloc


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["list", "blockquote", "emphasis", "link", "autolink", "escape", "entity", "newline"])
    parser.validateLink = _web_address  # type: ignore[method-assign]
    return parser


_MARKDOWN = _parser()


def render(words: str) -> Rendered:
    """Renders cleaned words. Paragraphs, lists, quotes, emphasis and web links; everything else stands as typed."""
    dirty = _MARKDOWN.render(words).translate(UNPRINTABLE)  # once more: "&#8238;" has become a character by now
    html = bleach.clean(
        dirty.replace("<a ", f'<a rel="{REL}" '),
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols=PROTOCOLS,
        strip=True,
    ).strip()
    return Rendered(html=html, text=visible_text(html))


class _Visible(HTMLParser):
    """Collects what a reader sees, and the address of a link whose words hide it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int | None] = []
        self.quotes = 0
        self.href = ""
        self.label: list[str] = []
        self.fresh = True  # at the start of a block: no line break needed

    def _break(self, lines: int) -> None:
        if self.out and not self.fresh:
            self.out.append("\n" * lines)
        self.fresh = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"p", "blockquote"}:
            self._break(2)
        if tag == "blockquote":
            self.quotes += 1
        elif tag in {"ul", "ol"}:
            self._break(2 if not self.lists else 1)
            self.lists.append(int(given.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self._break(1)
            number = self.lists[-1] if self.lists else None
            self._add("- " if number is None else f"{number}. ")
            self.fresh = True
            if number is not None:
                self.lists[-1] = number + 1
        elif tag == "br":
            self.out.append("\n")
            self.fresh = True
        elif tag == "a":
            self.href, self.label = given.get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self.quotes -= 1
        elif tag in {"ul", "ol"}:
            self.lists.pop()
        elif tag == "a":
            if self.href and "".join(self.label).strip() != self.href:
                self._add(f" ({self.href})")
            self.href = ""

    def handle_data(self, data: str) -> None:
        data = data.strip("\n")  # Markdown's own line ends between blocks; a person's are <br>
        if not data:
            return
        if self.href:
            self.label.append(data)
        self._add(data)

    def _add(self, data: str) -> None:
        if self.fresh and self.quotes and not (self.out and self.out[-1].endswith("> ")):
            self.out.append("> ")
        self.out.append(data)
        self.fresh = False


def visible_text(html: str) -> str:
    """The text of html that `render` made."""
    reader = _Visible()
    reader.feed(html)
    reader.close()
    return "".join(reader.out).strip()
