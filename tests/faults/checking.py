"""An independent look at the database, by plain SQL, and at what each page shows."""

import uuid
from collections import Counter
from collections.abc import Iterable

from tests.faults.people import Page, Writer
from tests.serving import Base


def plain(value: object) -> str | None:
    """An id as text: SQLite keeps UUIDs without dashes."""
    return str(uuid.UUID(str(value))) if value else None


def events_of(base: Base) -> list[tuple[int, str, str | None]]:
    thread = base.thread if base.postgres else uuid.UUID(base.thread).hex
    rows = base.rows(f"SELECT seq, kind, post_id FROM forum_event WHERE thread_id = '{thread}' ORDER BY seq")  # noqa: S608
    return [(seq, kind, plain(post)) for seq, kind, post in rows]


def faults(base: Base, writer: Writer, pages: Iterable[Page] = ()) -> list[str]:
    """Whatever is lost, double, missing or out of order."""
    found = []
    thread = base.thread if base.postgres else uuid.UUID(base.thread).hex
    head_seq, head_number = base.rows(f"SELECT head_seq, head_number FROM forum_thread WHERE id = '{thread}'")[0]  # noqa: S608
    events = events_of(base)
    if [one[0] for one in events] != list(range(1, head_seq + 1)):
        found.append(f"events are not 1..{head_seq}")
    posts = base.rows(f"SELECT number, id, text FROM forum_post WHERE thread_id = '{thread}' ORDER BY number")  # noqa: S608
    if [one[0] for one in posts] != list(range(1, head_number + 1)):
        found.append(f"posts are not 1..{head_number}")
    published = [post for _seq, kind, post in events if kind == "published"]
    if sorted(published, key=str) != sorted((plain(one[1]) for one in posts), key=str):
        found.append("posts and their publications differ")
    rows = base.rows("SELECT client_key, state, post_id FROM moderation_submission")
    stored: dict[str | None, list[tuple[str, str | None]]] = {}
    for key, state, post in rows:
        stored.setdefault(plain(key), []).append((state, plain(post)))
    there = set(published)
    for key in writer.acknowledged:
        kept = stored.get(str(key), [])
        if len(kept) != 1 or kept[0][0] != "published" or kept[0][1] not in there:
            found.append(f"acknowledged words are stored {len(kept)} times")
    found += [f"{len(kept)} submissions of one key" for kept in stored.values() if len(kept) > 1]
    texts = Counter(one[2] for one in posts)
    found += [f"{texts[words]} posts of one text" for words in writer.acknowledged.values() if texts[words] != 1]
    for page in pages:
        if page.shown != events[len(events) - len(page.shown) :] or page.last != head_seq:
            found.append(f"a page shows {len(page.shown)} events up to {page.last}, there are {len(events)}")
    return found
