"""The only way in. Whatever members read was written into the readers' tables by these verbs."""

from forum.sessions import room_state
from moderation.gate.importing import import_published
from moderation.gate.leading import (
    away,
    back,
    call_colleague,
    leave,
    lower_hand,
    mute,
    pause_room,
    pin,
    private_word,
    raise_hand,
    readmit,
    remove,
    resume_room,
    same_here,
    set_slow,
    take_over,
    unmute,
)
from moderation.gate.places import NoticeOf, notice_seen
from moderation.gate.reporting import report, rule_report
from moderation.gate.rooms import come, nurse_seen, pace_of_room, seen
from moderation.gate.ruling import answer_care_card, ask_nurse, looked_at, rule, suspend, take_back, undo, withdraw
from moderation.gate.sessions import cancel, change_session, close, facts_seen, keep_time, schedule, sign_off, sign_up
from moderation.gate.submitting import submit

__all__ = [
    "NoticeOf",
    "answer_care_card",
    "ask_nurse",
    "away",
    "back",
    "call_colleague",
    "cancel",
    "change_session",
    "close",
    "come",
    "facts_seen",
    "import_published",
    "keep_time",
    "leave",
    "looked_at",
    "lower_hand",
    "mute",
    "notice_seen",
    "nurse_seen",
    "pace_of_room",
    "pause_room",
    "pin",
    "private_word",
    "raise_hand",
    "readmit",
    "remove",
    "report",
    "resume_room",
    "room_state",
    "rule",
    "rule_report",
    "same_here",
    "schedule",
    "seen",
    "set_slow",
    "sign_off",
    "sign_up",
    "submit",
    "suspend",
    "take_back",
    "take_over",
    "undo",
    "unmute",
    "withdraw",
]
