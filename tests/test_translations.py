"""Every string is said in Dutch and French too, and what is compiled is what was written."""

import ast
import re
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from moderation.judge import SCREEN_FAILED
from moderation.screen import REASONS
from tests.source import ROOT, modules, templates

OTHERS = [code for code, _ in settings.LANGUAGES if code != "en"]
MARKS = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext", "npgettext_lazy",
}  # fmt: skip
STRING = r"[uU]?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
IN_TEMPLATE = re.compile(rf"\b(u?n?p?gettext|_)\(\s*({STRING})(?:\s*,\s*({STRING}))?(?:\s*,\s*({STRING}))?")
PLACES = re.compile(r"%\(\w+\)[sd]|{\w+}")

Key = tuple[str | None, str]  # context, msgid


def _key(mark: str, texts: list[str]) -> Key:
    return (texts[0], texts[1]) if mark.lstrip("n").startswith("p") else (None, texts[0])


def _in_modules() -> Iterator[tuple[str, Key]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            mark = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if mark in MARKS and texts and isinstance(node.args[0], ast.Constant):
                yield module.path, _key(mark, texts)


def _in_templates() -> Iterator[tuple[str, Key]]:
    for name, text in templates().items():
        for mark, *strings in IN_TEMPLATE.findall(templatize(text, origin=name)):
            texts = [ast.literal_eval(one) for one in strings if one]
            yield name, _key(mark, texts)


def said() -> dict[Key, str]:
    """Every string of the project, and a file that says it. The screen speaks English; its reasons are told in all."""
    reasons: list[tuple[str, Key]] = [("moderation/screen", (None, one)) for one in (*REASONS.values(), SCREEN_FAILED)]
    return {key: place for place, key in [*_in_modules(), *_in_templates(), *reasons] if key[1]}


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def complete(entry: polib.POEntry) -> bool:
    if entry.fuzzy or entry.obsolete:
        return False
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def test_the_search_finds_strings_of_modules_and_templates():
    found = said()
    assert len(found) > 300
    for words in (
        "What waits, and why",
        "Patient",
        "Life in danger",
        "You ask about a medicine, so a nurse can answer you.",
    ):
        assert (None, words) in found


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_is_translated(language):
    done = {(entry.msgctxt, entry.msgid) for entry in catalogue(language) if complete(entry)}
    missing = sorted(f"{place}: {key[1]}" for key, place in said().items() if key not in done)
    assert not missing, f"{len(missing)} not yet in {language}:\n" + "\n".join(missing[:40])


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_places_for_names_and_numbers(language):
    for entry in catalogue(language):
        if complete(entry):
            wanted = set(PLACES.findall(entry.msgid_plural or entry.msgid))
            for text in entry.msgstr_plural.values() or [entry.msgstr]:
                assert set(PLACES.findall(text)) <= wanted, f"{language}: {entry.msgid}"
            whole = "".join(entry.msgstr_plural.values()) or entry.msgstr
            assert set(PLACES.findall(whole)) == wanted, f"{language}: {entry.msgid}"


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_was_written(language):
    written = {
        (one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural) for one in catalogue(language) if complete(one)
    }
    file = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"
    assert file.exists(), f"{language}: compile the .po: polib.pofile(po).save_as_mofile(mo)"
    compiled = {(one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural) for one in polib.mofile(str(file))}
    assert compiled == written, f"compile {file.name} again: polib.pofile(po).save_as_mofile(mo)"
