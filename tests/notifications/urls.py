"""The site's addresses with those of this app, until config/urls.py has them."""

from django.urls import path

from config.urls import urlpatterns as site
from notifications import views as mail

handler400 = "config.views.bad_request"
urlpatterns = [
    *site,
    path("me/follows/", mail.followed, name="follows"),
    path("me/follows/threads/<uuid:thread_id>/", mail.follow_thread, name="follow_thread"),
    path("me/follows/boards/<slug:slug>/", mail.follow_board, name="follow_board"),
    path("me/mail/", mail.mail_settings, name="mail_settings"),
    path("mail/stop/<str:token>/", mail.mail_stop, name="mail_stop"),
]
