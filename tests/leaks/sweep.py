"""Walks through every address as one person, and tells which planted phrases that person was shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.utils.encoding import iri_to_uri

from tests.leaks.addresses import opens, parameter
from tests.leaks.world import OUT, World, ids, phrases_in

TOKENS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?:Set-Cookie: csrftoken=|Content-Length: )[^\n]*')


@dataclass(frozen=True, slots=True)
class Sighting:
    who: str
    address: str
    phrase: str


def patterns() -> list[URLPattern]:
    return get_resolver().url_patterns


def addresses(names: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """(name, path) of every address with every id put in, and the queries that a page understands."""
    wanted = set(names)
    for pattern in patterns():
        name, changing = pattern.name or "", parameter(pattern)
        if wanted and name not in wanted:
            continue
        found = [None] if changing is None else ids(changing, name)
        for one in found if opens(name) else found[:1]:
            path = reverse(name, args=[] if one is None else [one])
            yield from ((name, path + query) for query in ("", *queries(name)))


def queries(name: str) -> list[str]:
    """What may follow the `?` of a page. `?to=` and `?done=` are tried with every id, also of the wrong place."""
    return {
        "board": [f"?after={one}" for one in ids("thread_id", "")[:3]],
        "tag": [f"?after={one}" for one in ids("thread_id", "")[:3]],
        "thread": ["?page=1&answer=1", "?page=2&answer=21", "?page=x&answer=2"],
        "reply": [f"?to={one}" for one in ids("post_id", "")[::8]],
        "change": ["?without=marked"],
        "desk": ["?from=0", "?from=1", "?from=x", *(f"?done={one}" for one in ids("ruling_id", "")[::4])],
        "search": [
            f"?q={words}{before}"
            for words in ("zebrakite", "0478", "my+hands", "methotrexate", "breath")
            for before in ("", *(f"&before={one}" for one in ids("entry", "")[::15]))
        ],
        "account_login": ["?next=/me/"],
    }.get(name, [])


def shown(response: HttpResponse) -> str:
    """All that the answer says: headers, cookies and page."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    cookies = "\n".join(str(one) for one in response.cookies.values())
    return f"{headers}\n{cookies}\n{response.content.decode()}"


def nothing_said(response: HttpResponse, path: str) -> str:
    """A refusal without what differs from request to request: the address itself and the token of its forms."""
    said = shown(response)
    for spelling in (quote(iri_to_uri(path)), path.replace("&", "&amp;"), quote(path), path.split("?")[0]):
        said = said.replace(spelling, "PATH")
    return TOKENS.sub("", said)


Refusals = dict[tuple[str, int], set[str]]  # name of the address and status -> the different answers


def sweep(world: World, who: str, names: Iterable[str] = ()) -> tuple[list[Sighting], Refusals]:
    """GET of everything: what was seen, and how the rest was refused."""
    client, seen, refusals = world.client(who), [], Refusals()
    for name, path in addresses(names):
        response = client.get(path)
        status = response.status_code
        assert status in {200, 302, 401, 404, 405}, (who, path, status)
        seen += [Sighting(who, path, phrase) for phrase in phrases_in(shown(response))]
        if status in {404, 405} or (who == OUT and status == 302):
            refusals.setdefault((name, status), set()).add(nothing_said(response, path))
    return seen, refusals


def told(world: World, seen: Iterable[Sighting]) -> list[str]:
    """Sightings that no reader's right explains, as sentences."""
    wrong = [one for one in seen if one.who not in world.readers(one.phrase)]
    return [f"{one.who} reads “{world.what(one.phrase)}” at {one.address}" for one in wrong]
