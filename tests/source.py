"""The project's own source, read as syntax trees and templates, for the rules of the house."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = tuple(sorted(one.parent.name for one in ROOT.glob("*/apps.py")))
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Module:
    """One Python file of ours: its path from the root, and its tree."""

    path: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.path

    def imports(self) -> Iterator[str]:
        """Dotted names of everything imported."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{one.name}" for one in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the apps but migrations."""
    files = [file for app in APPS for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts]
    return tuple(
        Module(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files
    )


@cache
def templates() -> dict[str, str]:
    """Name to text of every template."""
    return {one.relative_to(TEMPLATES).as_posix(): one.read_text(encoding="utf-8") for one in TEMPLATES.rglob("*.html")}


def chain(node: ast.expr) -> list[str]:
    """The names of `Post.objects.filter(...).update(...)` from its root: ["Post", "objects", "filter", "update"]."""
    names: list[str] = []
    current: ast.expr = node
    while True:
        if isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Subscript):
            current = current.value
        elif isinstance(current, ast.Name):
            return [current.id, *reversed(names)]
        else:
            return ["?", *reversed(names)]


def whole_chains(module: Module) -> Iterator[tuple[int, list[str]]]:
    """Line and names of every longest chain of attributes and calls."""
    inner: set[int] = set()
    for node in ast.walk(module.tree):  # outer nodes come first
        if id(node) in inner or not isinstance(node, ast.Call | ast.Attribute):
            continue
        current: ast.expr = node
        while isinstance(current, ast.Call | ast.Attribute | ast.Subscript):
            inner.add(id(current))
            current = current.func if isinstance(current, ast.Call) else current.value
        yield node.lineno, chain(node)
