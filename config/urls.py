"""Every address of the site, in one place. A new one needs a row in tests/leaks/addresses.py."""

from allauth.account import views as allauth
from django.urls import path

from config import views
from forum import views as forum
from moderation import (
    desk,
    drafts,
    notices,
    own,
    policy_page,
    reports,
    room_pages,
    session_pages,
    signing_pages,
    terms_pages,
)
from moderation import views as words
from notifications import views as mail
from people import join_pages
from people import views as people
from realtime import views as live

handler400 = "config.views.bad_request"

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("me/phase/", people.phase, name="phase"),
    path("me/unmute/", reports.unmute, name="unmute"),
    path("me/language/", people.set_language, name="set_language"),
    path("me/appearance/", people.appearance, name="appearance"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("join/", join_pages.code, name="join"),
    path("join/consent/", join_pages.consent, name="join_consent"),
    path("join/account/", join_pages.account, name="join_account"),
    # reading
    path("boards/", forum.boards, name="boards"),
    path("boards/<slug:slug>/", forum.board, name="board"),
    path("threads/<uuid:thread_id>/", forum.thread, {"live": room_pages.room}, name="thread"),
    path("threads/<uuid:thread_id>/events", live.events, name="events"),
    path("tags/<slug:slug>/", forum.tag, name="tag"),
    path("search/", forum.search, name="search"),
    path("unanswered/", forum.unanswered, name="unanswered"),
    path("policy/", policy_page.policy_page, name="policy"),
    # writing
    path("boards/<slug:slug>/new/", words.new_thread, name="new_thread"),
    path("threads/<uuid:thread_id>/reply/", words.reply, name="reply"),
    path("posts/<uuid:post_id>/edit/", words.edit, name="edit"),
    path("posts/<uuid:post_id>/withdraw/", words.withdraw, name="withdraw"),
    path("posts/<uuid:post_id>/report/", reports.report, name="report"),
    path("posts/<uuid:post_id>/mute/", reports.mute, name="mute"),
    path("drafts/<str:place>/save/", drafts.save, name="draft_save"),
    path("drafts/<int:draft_id>/", drafts.open_draft, name="draft_open"),
    path("drafts/<int:draft_id>/delete/", drafts.delete, name="draft_delete"),
    # own words
    path("words/<uuid:submission_id>/", own.words, name="words"),
    path("words/<uuid:submission_id>/change/", own.change, name="change"),
    path("words/<uuid:submission_id>/take-back/", own.take_back, name="take_back"),
    path("words/<uuid:submission_id>/ask-nurse/", own.ask_nurse, name="ask_nurse"),
    path("words/<uuid:submission_id>/care/", own.care_answer, name="care_answer"),
    # following and mail
    path("me/follows/", mail.followed, name="follows"),
    path("me/follows/threads/<uuid:thread_id>/", mail.follow_thread, name="follow_thread"),
    path("me/follows/boards/<slug:slug>/", mail.follow_board, name="follow_board"),
    path("me/mail/", mail.mail_settings, name="mail_settings"),
    path("mail/stop/<str:token>/", mail.mail_stop, name="mail_stop"),
    # live sessions; their rooms are threads
    path("sessions/", session_pages.sessions, name="sessions"),
    path("sessions/new/", session_pages.new, name="session_new"),
    path("sessions/<uuid:session_id>/", session_pages.lobby, name="session"),
    path("sessions/<uuid:session_id>/calendar.ics", session_pages.calendar, name="session_calendar"),
    path("sessions/<uuid:session_id>/place/", session_pages.place, name="session_place"),
    path("sessions/<uuid:session_id>/change/", session_pages.change, name="session_change"),
    path("sessions/<uuid:session_id>/cancel/", session_pages.cancel, name="session_cancel"),
    path("sessions/<uuid:session_id>/about/", notices.about, name="session_about"),
    path("sessions/<uuid:session_id>/agenda/", notices.agenda, name="room_agenda"),
    path("sessions/<uuid:session_id>/summary/", notices.summary, name="session_summary"),
    path("sessions/<uuid:session_id>/mine/", room_pages.mine, name="room_mine"),
    path("sessions/<uuid:session_id>/panel/", room_pages.panel, name="room_panel"),
    path("sessions/<uuid:session_id>/lead/", room_pages.lead, name="room_lead"),
    path("posts/<uuid:post_id>/same/", room_pages.same_here, name="same_here"),
    # the desk
    path("desk/", desk.desk, name="desk"),
    path("desk/words/<uuid:submission_id>/", desk.item, name="desk_item"),
    path("desk/questions/", desk.questions, name="desk_questions"),
    path("desk/look/", desk.look, name="desk_look"),
    path("desk/decided/", desk.decided, name="desk_decided"),
    path("desk/reports/", reports.desk_reports, name="desk_reports"),
    path("desk/terms/", terms_pages.desk_terms, name="desk_terms"),
    path("desk/terms/<int:term_id>/", terms_pages.desk_term, name="desk_term"),
    path("desk/cards/", signing_pages.desk_cards, name="desk_cards"),
    path("desk/rulings/<int:ruling_id>/undo/", desk.undo, name="desk_undo"),
    path("desk/posts/<uuid:post_id>/take-down/", desk.take_down, name="desk_withdraw"),
    path("desk/members/<uuid:person_id>/", desk.member, name="desk_person"),
]
