"""A page as a reader without scripts has it: its words, links and forms, and what a form would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

INLINE = {"a", "b", "code", "em", "i", "mark", "strong", "time"}  # no blank around these


@dataclass
class Button:
    label: str = ""
    name: str = ""
    value: str = ""
    formaction: str = ""


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    textareas: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)

    def button(self, label: str) -> Button:
        return next(one for one in self.buttons if label in one.label)

    def value(self, name: str) -> str:
        return (self.values.get(name) or [""])[0]


class Page(HTMLParser):
    """text: what is read, blanks joined. links: (address, words). forms: in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.headings: list[str] = []
        self.meta: dict[str, str] = {}
        self.forms: list[Form] = []
        self.loose: list[tuple[str, Button]] = []  # buttons that name their form: (form's id, button)
        self.inner: list[tuple[str, list[str]]] = []  # open elements whose words are collected
        self._form: Form | None = None
        self._button: Button | None = None
        self._select = ""
        self._textarea = ""
        self._href = ""
        self.feed(html)
        self.close()
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in INLINE:
            self.words.append(" ")
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "meta" and "name" in given:
            self.meta[given["name"]] = given.get("content", "")
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and given.get("name"):
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked:
                unsaid = "on" if given.get("type") in {"checkbox", "radio"} else ""
                self._form.values.setdefault(given["name"], []).append(given.get("value", unsaid))
            if given.get("type") == "hidden":
                self._form.hidden.add(given["name"])
        elif tag == "button":
            button = Button("", given.get("name", ""), given.get("value", ""), given.get("formaction", ""))
            self._button = button
            if given.get("form"):
                self.loose.append((given["form"], button))
            elif self._form is not None:
                self._form.buttons.append(button)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._form is not None:
            self._form.options.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                self._form.values[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._textarea = given.get("name", "")
            self.inner.append(("textarea", []))
        elif tag == "a":
            self._href = given.get("href", "")
        if tag in {"a", "button", "h1", "h2", "h3"}:
            self.inner.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.words.append(" ")
        if tag == "form":
            self._form = None
        if not self.inner or self.inner[-1][0] != tag:
            return
        _tag, pieces = self.inner.pop()
        said = " ".join("".join(pieces).split())
        if tag == "textarea" and self._form is not None:
            self._form.textareas.append(self._textarea)
            self._form.values[self._textarea] = ["".join(pieces).removeprefix("\n")]
        elif tag == "a":
            self.links.append((self._href, said))
        elif tag == "button" and self._button is not None:
            self._button.label, self._button = said, None
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append(said)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for _tag, pieces in self.inner:
            pieces.append(data)

    @property
    def composer(self) -> Form:
        """The last form with a textarea: by the contract, the one in which one writes."""
        return [one for one in self.forms if one.textareas][-1]

    def form(self, action: str) -> Form:
        return next(one for one in self.forms if one.action == action)

    def part(self, id_: str) -> str:
        """The html from the element with this id on, up to the next article or section's end; for "is it in there"."""
        start = self.html.index(f'id="{id_}"')
        ends = [self.html.find(end, start) for end in ("</article>", "</section>")]
        return self.html[start : min(end for end in ends if end > 0)]


def read(response: Any) -> Page:
    return Page(response.content.decode())


def filled(form: Form, **changes: Any) -> dict[str, Any]:
    """What the form sends, with some fields typed anew; None leaves a field out."""
    return {name: value for name, value in {**form.values, **changes}.items() if value is not None}
