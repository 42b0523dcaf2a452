"""What members read is made here: only a few harmless tags come out, and the text is what is seen."""

import html
import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation.render import ATTRIBUTES, PROTOCOLS, REL, TAGS, clean, is_blank, render, visible_text

# Pieces that hurt other forums, to be glued together in any order.
PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>", "javascript:123",
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:1)", "[a](data:text/html,x)", "[a](//evil.example)", "[a](vbscript:x)",
    "[a](https://example.org)", "[a](https://user@example.org)", "[a](<https://example.org/a b>)", "<https://a.example>",
    "<javascript:alert(1)>", "[", "](", ")", "*", "**", "_", "`", "> ", "- ", "1. ", "999999999. ", "\n\n", "    ",
    "&lt;", "&#60;script&#62;", "&#x202e;", "&#0;", "&amp;amp;", "\\<", "<!--", "-->", "<![CDATA[", "<style>", "</p>",
    "<svg/onload=x>", "\x00", "\u202e", "\u200b", "\ud800", "\r\n", "word", "stop", "é", "🙂", "\"", "'", " onclick=x ",
    "![a](https://example.org/x.png)", "[a]: https://example.org\n", "[a](https://example.org \"title\")", "| a | b |",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=30).map("".join)


class Tags(HTMLParser):
    """Every tag and attribute of a piece of html."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def tags_of(html_text: str) -> Tags:
    reader = Tags()
    reader.feed(html_text)
    reader.close()
    return reader


@given(WORDS)
@settings(max_examples=400, deadline=None)
@example("[a](javascript&#58;alert(1))")
@example("[a](java\nscript:alert(1))")
@example("<a href=https://example.org onclick=x>y</a>")
def test_no_tag_and_no_attribute_outside_the_list_comes_out(words):
    found = tags_of(render(clean(words)).html)
    assert found.others == []
    for tag, attributes in found.seen:
        assert tag in TAGS
        assert set(attributes) <= set(ATTRIBUTES.get(tag, []))
        if tag == "a":
            parts = urlsplit(attributes.get("href") or "")
            assert attributes["rel"] == REL
            assert parts.scheme in PROTOCOLS
            assert parts.netloc
            assert "@" not in parts.netloc
        if tag == "ol" and "start" in attributes:
            assert re.fullmatch(r"\d{1,9}", attributes["start"] or "")


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_the_text_is_what_the_html_shows(words):
    rendered = render(clean(words))
    seen = html.unescape(re.sub(r"<[^>]*>", "", rendered.html))
    kept = iter(re.sub(r"\s", "", rendered.text))
    # Every character shown stands in the text, in order; the text adds list signs, quote signs and hidden addresses.
    assert all(one in kept for one in re.sub(r"\s", "", seen))


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_is_cleaning_once_and_the_result_can_be_stored(words):
    once = clean(words)
    assert clean(once) == once
    once.encode("utf-8")
    assert "\x00" not in once


@given(WORDS)
@settings(max_examples=200, deadline=None)
def test_rendering_gives_the_same_each_time_and_can_be_stored(words):
    first, again = render(clean(words)), render(clean(words))
    assert first == again
    assert visible_text(first.html) == first.text
    (first.html + first.text).encode("utf-8")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("> her words", "<blockquote>\n<p>her words</p>\n</blockquote>"),
        ("*very* **much**", "<p><em>very</em> <strong>much</strong></p>"),
        ("# no title", "<p># no title</p>"),
        ("`no code`", "<p>`no code`</p>"),
        ("    no block", "<p>no block</p>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("![a](https://example.org/x.png)", f'<p>!<a rel="{REL}" href="https://example.org/x.png">a</a></p>'),
        ("5 < 6 & 7 > 3", "<p>5 &lt; 6 &amp; 7 &gt; 3</p>"),
    ],
)
def test_the_small_markdown_and_nothing_else(words, shown):
    assert render(clean(words)).html == shown


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("one\n\ntwo", "one\n\ntwo"),
        ("- a\n- b", "- a\n- b"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> her words\n\nmine", "> her words\n\nmine"),
        ("st**op** it", "stop it"),
        ("s&#116;op", "stop"),
        ("[stop it](https://example.org/why)", "stop it (https://example.org/why)"),
        ("<https://example.org>", "https://example.org"),
        ("\\*not emphasis\\*", "*not emphasis*"),
    ],
)
def test_the_text_is_read_as_it_is_seen(words, text):
    assert render(clean(words)).text == text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "javascript:123", "JAVASCRIPT:1", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
     "//example.org", "/me/", "mailto:a@example.org", "https://", "https://nina@example.org", "java&#10;script:x"],
)  # fmt: skip
def test_an_address_that_is_not_the_web_stays_words(url):
    assert "<a" not in render(f"[here]({url})").html
    assert "<a" not in render(f"<{url}>").html


def test_what_turns_the_direction_of_writing_is_left_out_however_it_was_typed():
    for words in ("a \u202etxet\u202c b", "a &#8238;txet&#8236; b", "a \u2067x\u2069 b", "a &#x2067;x&#x2069; b"):
        rendered = render(clean(words))
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", rendered.html + rendered.text)


@pytest.mark.parametrize(
    "words",
    ["", " ", "\u200b", "\u200b\u200d\ufeff", "\u00a0\u3000", "\u3164", "\u2800", "\u0301", "\U000e0020", "\u00ad"],
)
def test_words_with_nothing_to_see_are_blank(words):
    assert is_blank(words)


@pytest.mark.parametrize("words", ["a", "🙂", "?", "5", "👩\u200d⚕️", "\u0301e", "日"])
def test_words_with_something_to_see_are_not_blank(words):
    assert not is_blank(words)


@pytest.mark.parametrize(
    "hostile",
    [
        "*",
        "[",
        "](",
        "> ",
        ">",
        "- ",
        "*a_",
        "a**b",
        "<",
        "<http://a",
        "&#",
        "\\",
        "[![](",
        "_a",
        "1. a\n",
        "[a](<",
        "`",
    ],
)
def test_hostile_words_of_full_length_are_rendered_while_one_waits(hostile):
    started = time.perf_counter()
    render(clean((hostile * 10_000)[:10_000]))
    assert time.perf_counter() - started < 5  # tenths of a second; quadratic ones take minutes
