"""What a page of the site is to those who look at it, and who they are."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

# Addresses without a page of their own: what a GET answers instead.
NOT_PAGES = {
    "healthz": "json",
    "robots": "text",
    "events": "json",
    "phase": "405",
    "set_language": "405",
    "appearance": "405",
    "withdraw": "405",
    "mute": "405",
    "unmute": "405",
    "draft_save": "405",
    "draft_delete": "405",
    "draft_open": "goes to the page on which the draft is written",
    "take_back": "405",
    "ask_nurse": "405",
    "care_answer": "405",
    "desk_undo": "405",
    "session_calendar": "a file",
    "session_place": "405",
    "room_mine": "405",
    "room_lead": "405",
    "same_here": "405",
}


@dataclass(frozen=True)
class Shown:
    """A page as one of its readers sees it.

    url_name: whose address it is ("" for errors, which any address may answer). who: None is somebody signed out.
    address: where it stands, or what to do to see it. status: what it answers with.
    """

    name: str
    url_name: str
    who: str | None
    address: "str | Callable[[Page, Places], None]"
    status: int = 200


@dataclass
class Places:
    """What was made for the pages: addresses by name."""

    at: dict[str, str] = field(default_factory=dict)


PATIENT, MENTOR, NURSE, PHYSIO, PAUSED, MUTED = "member03", "member01", "nina", "fien", "member10", "member12"
COLLEAGUE = "omar"
