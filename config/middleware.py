"""Members only: no page is indexed, and no signed-in page is kept by anybody on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class MembersOnlyHeaders:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
