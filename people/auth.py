"""Log-in by e-mail; one query brings the person with centre and roles."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from people.models import Person


class PersonBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Person | None:
        person = Person.objects.with_roles().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()
