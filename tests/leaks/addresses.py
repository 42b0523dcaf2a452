"""Every address of the site: what it answers to whom. An address without a row here fails the tests."""

from dataclasses import dataclass

from django.urls import URLPattern

from tests.leaks.world import DESK, EVERYBODY, MEMBERS, OUTSIDE

# address        object(s)       method  who=status; the first that fits counts. "in": sent to log-in, "go": sent on.
# Groups: desk, members, outside (another centre's patient and nurse), out (signed out), * (everybody else).
TABLE = """
home             -               GET   *=200
home             -               POST  *=405
me               -               GET   out=in *=200
me               -               POST  out=in *=405
phase            -               GET   out=in *=405
phase            -               POST  out=in *=go
set_language     -               GET   *=405
set_language     -               POST  *=go
appearance       -               GET   *=405
appearance       -               POST  *=go
healthz          -               GET   *=200
healthz          -               POST  *=405
robots           -               GET   *=200
robots           -               POST  *=405
account_login    -               GET   out=200 *=go
account_login    -               POST  out=200 *=go
account_logout   -               GET   out=go *=200
account_logout   -               POST  *=go
join             -               GET   out=200 *=go
join             -               POST  out=400 *=go
join_consent     -               GET   *=go
join_consent     -               POST  *=go
join_account     -               GET   *=go
join_account     -               POST  *=go
policy           -               GET   *=200
policy           -               POST  *=405

boards           -               GET   out=in *=200
boards           -               POST  *=405
board            board           GET   out=in members=200 *=404
board            twin            GET   out=in members=200 outside=200 *=404
board            their_board     GET   out=in outside=200 *=404
board            no_slug         GET   out=in *=404
board            board           POST  *=405
thread           thread          GET   out=in members=200 *=404
thread           gone_thread     GET   out=in members=200 *=404
thread           their_thread    GET   out=in outside=200 *=404
thread           room            GET   out=in alice=200 bob=200 desk=200 *=404
thread           unheard_room    GET   out=in desk=200 *=404
thread           aside           GET   out=in alice=200 nina=200 *=404
thread           waiting         GET   out=in *=404
thread           waiting_thread  GET   out=in *=404
thread           unknown         GET   out=in *=404
thread           thread          POST  *=405
events           thread          GET   out=401 members=200 *=404
events           gone_thread     GET   out=401 members=200 *=404
events           their_thread    GET   out=401 outside=200 *=404
events           room            GET   out=401 alice=200 bob=200 desk=200 *=404
events           unheard_room    GET   out=401 desk=200 *=404
events           aside           GET   out=401 alice=200 nina=200 *=404
events           waiting,waiting_thread,unknown GET  out=401 *=404
events           thread          POST  *=405
tag              tag             GET   out=in sven=404 *=200
tag              no_slug         GET   out=in *=404
tag              tag             POST  *=405
search           -               GET   out=in *=200
search           -               POST  *=405
unanswered       -               GET   out=in maya=200 carl=200 desk=200 their=200 *=404
unanswered       -               POST  *=405

new_thread       board           GET   out=in members=200 *=404
new_thread       twin            GET   out=in members=200 outside=200 *=404
new_thread       their_board     GET   out=in outside=200 *=404
new_thread       no_slug         GET   out=in *=404
new_thread       board           POST  out=in members=go *=404
new_thread       their_board     POST  out=in outside=go *=404
new_thread       no_slug         POST  out=in *=404
reply            thread          GET   out=in members=200 *=404
reply            their_thread    GET   out=in outside=200 *=404
reply            room            GET   out=in alice=200 bob=200 desk=200 *=404
reply            aside           GET   out=in alice=200 nina=200 *=404
reply            unknown         GET   out=in *=404
reply            thread          POST  out=in members=go *=404
reply            their_thread    POST  out=in outside=go *=404
reply            room            POST  out=in alice=409 bob=409 maya=409 desk=409 *=404
reply            aside           POST  out=in alice=409 nina=409 *=404
reply            unknown         POST  out=in *=404
edit             post            GET   out=in alice=200 *=404
edit             bobs_post       GET   out=in bob=200 *=404
edit             their_post      GET   out=in stranger=200 *=404
edit             gone            GET   out=in *=404
edit             down            GET   out=in *=404
edit             waiting         GET   out=in *=404
edit             unknown         GET   out=in *=404
edit             post            POST  out=in alice=go *=404
edit             their_post      POST  out=in stranger=go *=404
edit             gone,down       POST  out=in alice=409 *=404
edit             unknown,waiting POST  out=in *=404
withdraw         post            GET   out=in *=405
withdraw         post            POST  out=in alice=go *=404
withdraw         bobs_post       POST  out=in bob=go *=404
withdraw         line            POST  out=in alice=go *=404
withdraw         their_post      POST  out=in stranger=go *=404
withdraw         gone,down       POST  out=in alice=go *=404
withdraw         waiting         POST  out=in *=404
withdraw         unknown         POST  out=in *=404
report           post            GET   out=in alice=404 members=200 *=404
report           hidden          GET   out=in alice=404 members=200 *=404
report           line            GET   out=in bob=200 desk=200 *=404
report           their_post      GET   out=in their=200 *=404
report           gone,down       GET   out=in *=404
report           waiting         GET   out=in *=404
report           unknown         GET   out=in *=404
report           post            POST  out=in alice=404 members=go *=404
report           their_post      POST  out=in their=go *=404
report           gone,down       POST  out=in *=404
report           waiting,unknown POST  out=in *=404
mute             post            GET   out=in *=405
mute             post,hidden     POST  out=in alice=404 desk=404 members=go *=404
mute             their_post      POST  out=in *=404
mute             gone,down       POST  out=in *=404
mute             waiting,unknown POST  out=in *=404
unmute           -               GET   out=in *=405
unmute           -               POST  out=in *=go
draft_save       place           GET   out=in *=405
draft_save       place           POST  out=in members=go *=404
draft_save       place_reply     POST  out=in members=go *=404
draft_save       place_edit      POST  out=in alice=go *=404
draft_save       place_change    POST  out=in alice=go *=404
draft_save       no_slug         POST  out=in *=404
draft_open       draft           GET   out=in alice=go *=404
draft_open       no_number       GET   out=in *=404
draft_open       draft           POST  out=in *=405
draft_delete     draft           GET   out=in *=405
draft_delete     draft           POST  out=in alice=go *=404
draft_delete     no_number       POST  out=in *=404

words            waiting         GET   out=in alice=200 *=404
words            published       GET   out=in alice=200 *=404
words            returned        GET   out=in alice=200 *=404
words            refused         GET   out=in alice=200 *=404
words            taken_back      GET   out=in alice=200 *=404
words            replaced        GET   out=in alice=200 *=404
words            note            GET   out=in *=404
words            their_waiting   GET   out=in stranger=200 *=404
words            post            GET   out=in *=404
words            unknown         GET   out=in *=404
words            waiting         POST  out=in *=405
change           waiting         GET   out=in alice=200 *=404
change           returned        GET   out=in alice=200 *=404
change           taken_back      GET   out=in alice=200 *=404
change           refused         GET   out=in alice=go *=404
change           published       GET   out=in alice=go *=404
change           their_waiting   GET   out=in stranger=200 *=404
change           note            GET   out=in *=404
change           unknown         GET   out=in *=404
change           waiting,returned,taken_back,waiting_thread POST  out=in alice=go *=404
change           refused,replaced,published POST  out=in alice=409 *=404
change           their_waiting   POST  out=in stranger=go *=404
change           unknown,note    POST  out=in *=404
take_back        waiting         GET   out=in *=405
take_back        waiting         POST  out=in alice=go *=404
take_back        published,returned,refused,replaced,danger POST  out=in alice=go *=404
take_back        their_waiting   POST  out=in stranger=go *=404
take_back        unknown,note    POST  out=in *=404
ask_nurse        waiting         GET   out=in *=405
ask_nurse        waiting,published,returned,refused,replaced POST  out=in alice=go *=404
ask_nurse        their_waiting   POST  out=in stranger=go *=404
ask_nurse        unknown,note    POST  out=in *=404
care_answer      danger          GET   out=in *=405
care_answer      danger          POST  out=in alice=go *=404
care_answer      waiting,published,their_waiting,unknown POST  out=in *=404

follows          -               GET   out=in *=200
follows          -               POST  out=in *=405
follow_thread    thread          GET   out=in members=200 *=404
follow_thread    gone_thread     GET   out=in members=200 *=404
follow_thread    room,aside      GET   out=in *=404
follow_thread    their_thread    GET   out=in outside=200 *=404
follow_thread    waiting         GET   out=in *=404
follow_thread    waiting_thread  GET   out=in *=404
follow_thread    unknown         GET   out=in *=404
follow_thread    thread          POST  out=in members=go *=404
follow_thread    their_thread    POST  out=in outside=go *=404
follow_thread    room,aside      POST  out=in *=404
follow_thread    waiting_thread  POST  out=in *=404
follow_thread    unknown         POST  out=in *=404
follow_board     board           GET   out=in members=200 *=404
follow_board     twin            GET   out=in members=200 outside=200 *=404
follow_board     their_board     GET   out=in outside=200 *=404
follow_board     no_slug         GET   out=in *=404
follow_board     board           POST  out=in members=go *=404
follow_board     their_board     POST  out=in outside=go *=404
follow_board     no_slug         POST  out=in *=404
mail_settings    -               GET   out=in *=200
mail_settings    -               POST  out=in *=go
mail_stop        token           GET   *=200
mail_stop        no_token        GET   *=404
mail_stop        token           POST  *=200
mail_stop        no_token        POST  *=404

sessions         -               GET   out=in sven=404 *=200
sessions         -               POST  out=in *=405
session_new      -               GET   out=in desk=200 cora=200 their=200 *=404
session_new      -               POST  out=in desk=400 cora=400 their=400 *=404
session          session,now     GET   out=in members=200 *=404
session          unheard_session GET   out=in desk=200 cora=200 *=404
session          unknown         GET   out=in *=404
session          session         POST  out=in *=405
session_calendar session,now     GET   out=in members=200 *=404
session_calendar unheard_session GET   out=in *=404
session_calendar now             POST  out=in *=405
session_place    now             GET   out=in *=405
session_place    session,now     POST  out=in members=go *=404
session_place    unheard_session,unknown POST out=in *=404
session_change   session,now     GET   out=in desk=200 cora=200 *=404
session_change   session,now     POST  out=in desk=400 cora=400 *=404
session_change   unknown         POST  out=in *=404
session_cancel   now             GET   out=in desk=200 cora=200 *=404
session_cancel   session,now     POST  out=in desk=go cora=go *=404
session_cancel   unknown         POST  out=in *=404
session_about    now             GET   out=in desk=200 cora=200 *=404
session_about    now             POST  out=in desk=409 cora=409 *=404
session_about    session         POST  out=in desk=409 cora=409 *=404
session_summary  session         GET   out=in desk=200 *=404
session_summary  session         POST  out=in desk=409 *=404
session_summary  unknown         POST  out=in *=404
room_agenda      now             GET   out=in desk=200 maya=200 *=404
room_agenda      now             POST  out=in desk=409 maya=409 *=404
room_agenda      session         POST  out=in desk=409 *=404
room_mine        now             GET   out=in *=405
room_mine        now,unknown     POST  out=in *=404
room_panel       session,now     GET   out=in desk=200 *=404
room_panel       unknown         GET   out=in *=404
room_panel       now             POST  out=in *=404
room_lead        now             GET   out=in *=405
room_lead        now,unknown     POST  out=in *=404
same_here        now_line        GET   out=in *=405
same_here        now_line        POST  out=in maya=go *=404
same_here        line            POST  out=in bob=go *=404
same_here        unknown         POST  out=in *=404
thread           now_room        GET   out=in alice=200 maya=200 desk=200 *=404

desk             -               GET   out=in desk=200 their=200 fien=go *=404
desk             -               POST  out=in *=405
desk_item        waiting         GET   out=in desk=200 *=404
desk_item        waiting_thread  GET   out=in desk=200 *=404
desk_item        returned        GET   out=in desk=200 *=404
desk_item        refused         GET   out=in desk=200 *=404
desk_item        released        GET   out=in desk=200 *=404
desk_item        published       GET   out=in *=404
desk_item        taken_back      GET   out=in *=404
desk_item        replaced        GET   out=in *=404
desk_item        note            GET   out=in *=404
desk_item        their_waiting   GET   out=in their=200 *=404
desk_item        unknown         GET   out=in *=404
desk_item        waiting,danger,waiting_thread POST  out=in desk=go *=404
desk_item        taken_back,replaced,returned,refused POST  out=in desk=409 *=404
desk_item        their_waiting   POST  out=in their=go *=404
desk_item        unknown         POST  out=in *=404
desk_questions   -               GET   out=in desk=200 their=200 fien=200 *=404
desk_questions   -               POST  out=in *=405
desk_look        -               GET   out=in desk=200 their=200 *=404
desk_look        -               POST  out=in *=404
desk_decided     -               GET   out=in desk=200 their=200 *=404
desk_decided     -               POST  out=in *=405
desk_reports     -               GET   out=in desk=200 their=200 *=404
desk_reports     -               POST  out=in *=404
desk_terms       -               GET   out=in desk=200 their=200 *=404
desk_terms       -               POST  out=in desk=400 their=400 *=404
desk_term        term            GET   out=in desk=200 *=404
desk_term        old_term        GET   out=in desk=200 *=404
desk_term        their_term      GET   out=in their=200 *=404
desk_term        no_number       GET   out=in *=404
desk_term        term            POST  out=in desk=go *=404
desk_term        their_term      POST  out=in their=go *=404
desk_term        no_number       POST  out=in *=404
desk_cards       -               GET   out=in desk=200 their=200 *=404
desk_cards       -               POST  out=in *=404
desk_undo        ruling          GET   out=in *=405
desk_undo        ruling          POST  out=in nina=go *=404
desk_undo        no_number       POST  out=in *=404
desk_withdraw    post            GET   out=in desk=200 *=404
desk_withdraw    their_post      GET   out=in their=200 *=404
desk_withdraw    gone            GET   out=in *=404
desk_withdraw    waiting         GET   out=in *=404
desk_withdraw    unknown         GET   out=in *=404
desk_withdraw    post,bobs_post  POST  out=in desk=go *=404
desk_withdraw    line            POST  out=in desk=go *=404
desk_withdraw    their_post      POST  out=in their=go *=404
desk_withdraw    unknown,gone,down,waiting POST  out=in *=404
desk_person      alice           GET   out=in desk=200 *=404
desk_person      stranger        GET   out=in their=200 *=404
desk_person      nina            GET   out=in desk=200 *=404
desk_person      unknown         GET   out=in *=404
desk_person      alice,fien      POST  out=in desk=go *=404
desk_person      stranger        POST  out=in their=go *=404
desk_person      unknown         POST  out=in *=404
"""

# What a form sends: whole, so that nothing is refused for want of a field.
SENT = {
    "body": "My hands are cold every morning.",
    "title": "Cold hands",
    "outcome": "published",
    "reason": "unkind",  # to a report; to all others a reason in words
    "answer": "called",
    "act": "keep",  # to a proposal to take a term away
}
GROUPS = {"desk": DESK, "members": MEMBERS, "outside": OUTSIDE, "*": frozenset(EVERYBODY)}


@dataclass(frozen=True, slots=True)
class Row:
    """One address on one object: the status that each person gets."""

    name: str
    thing: str
    method: str
    statuses: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.name} {self.thing}"


def _rows(line: str) -> list[Row]:
    name, things, method, *rules = line.split()
    statuses: dict[str, str] = {}
    for rule in rules:
        group, status = rule.split("=")
        assert group in GROUPS or group in EVERYBODY, line
        for who in GROUPS.get(group, (group,)):
            statuses.setdefault(who, status)
    assert set(statuses) == set(EVERYBODY), f"Somebody has no status in: {line}"
    return [Row(name, thing, method, tuple(statuses.items())) for thing in things.split(",")]


TABLE_ROWS = [row for line in TABLE.splitlines() if line for row in _rows(line)]


def parameter(pattern: URLPattern) -> str | None:
    """The name of the one part of the address that changes; None where nothing does."""
    names = list(pattern.pattern.converters)
    assert len(names) <= 1, f"The sweep knows addresses with one changing part; “{pattern.name}” has more."
    return names[0] if names else None


def opens(name: str) -> bool:
    """Somebody may GET something there; the others are for sending only."""
    return any(status in {"200", "go"} for row in TABLE_ROWS if (row.name, row.method) == (name, "GET")
               for _who, status in row.statuses)  # fmt: skip


def trouble(patterns: list[URLPattern], rows: list[Row]) -> list[str]:
    """What the table lacks for these addresses, or says of addresses that are gone, as sentences."""
    said = []
    told = {(row.name, row.method) for row in rows}
    for pattern in patterns:
        if not isinstance(pattern, URLPattern) or not pattern.name:
            said.append(f"{pattern!r}: give each address a name, and no include(): the table tells them one by one.")
            continue
        said += [
            f"“{pattern.name}” has no {method} row: say in tests/leaks/addresses.py who gets what there."
            for method in ("GET", "POST")
            if (pattern.name, method) not in told
        ]
    gone = {row.name for row in rows} - {getattr(pattern, "name", None) for pattern in patterns}
    return [*said, *(f"“{name}” has a row and no address: take the row out." for name in sorted(gone))]
