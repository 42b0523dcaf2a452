"""The desk's page of care texts and help lines that wait for a clinician's signature."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moderation import signing
from moderation.errors import NotHere
from people.requests import person_of
from people.rights import Right


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_cards(request: HttpRequest) -> HttpResponse:
    """All of them, unsigned first; POST signs one (`sign`) or takes a signature back (`take_back`)."""
    nurse = person_of(request)
    if not nurse.may(Right.CHANGE_TERMS):
        raise Http404
    if request.method == "POST":
        try:
            if "sign" in request.POST:
                done, told = signing.sign(request.POST["sign"], by=nurse), _("Signed. Cards show it from now on.")
            else:
                done = signing.take_back(request.POST.get("take_back", ""), by=nurse)
                told = _("Taken back. Cards no longer show it.")
        except NotHere as error:
            raise Http404 from error
        messages.info(request, told if done else _("Somebody was faster: this has changed meanwhile."))
        return redirect("desk_cards")
    return render(request, "desk/cards.html", {"unsure": signing.unsure_of(nurse)})
