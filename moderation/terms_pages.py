"""The desk's page of the centre's own terms: add one after seeing what it would have done; two take one away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moderation import terms
from moderation.desk_pages import first_line
from moderation.errors import BadWords, NotHere
from moderation.forms import Keeping, Typed
from moderation.models import Term
from moderation.screen import own
from people.models import Person
from people.requests import person_of
from people.rights import Right

REMOVED_SHOWN = 50

# code of BadWords -> what to tell
TROUBLE = {
    ("term", "empty"): gettext_lazy("Write a word or a phrase first."),
    ("term", "too_long"): gettext_lazy("This is too long: 80 characters and 8 words at most."),
    ("term", "too_short"): gettext_lazy("This is too short: it takes at least three letters, and begins with one."),
    ("term", "signs"): gettext_lazy("Write it as people write it, in words. Signs like * ? [ ] < > mean nothing here."),
    ("term", "everyday"): gettext_lazy("This is an everyday word. Write more of the phrase that is a problem."),
    ("term", "known"): gettext_lazy("The screen knows this name already."),
    ("term", "twice"): gettext_lazy("This is on your list already."),
    ("term", "too_many"): gettext_lazy("Your list is full: 500 terms. Propose one that can go first."),
    ("reason", "empty"): gettext_lazy("Say in a sentence why, so that your colleagues understand."),
    ("reason", "too_long"): gettext_lazy("This is longer than 2,000 characters. Please make it shorter."),
}


class TermForm(Keeping):
    """`checked` says which term was looked at before: a changed one is shown once more."""

    words = Typed(
        label=gettext_lazy("Word or phrase"),
        help_text=gettext_lazy("As people write it, 80 characters at most. Capitals and accents may differ."),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        help_text=gettext_lazy("With a name, what is said about it decides. All others count wherever they stand."),
        choices=Term.What.choices,
    )
    reason = Typed(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For your colleagues. Members never read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    checked = forms.CharField(required=False, widget=forms.HiddenInput)

    def tell(self, bad: BadWords) -> None:
        self.add_error("words" if bad.field == "term" else "reason", TROUBLE[bad.field, bad.code])


class WhyForm(forms.Form):
    reason = Typed(label=gettext_lazy("Why it can go"), widget=forms.Textarea(attrs={"rows": 2}))


def _clinician(request: HttpRequest) -> Person:
    """The signed-in person who may change terms; for everybody else there is nothing here."""
    person = person_of(request)
    if not person.may(Right.CHANGE_TERMS):
        raise Http404
    return person


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_terms(request: HttpRequest) -> HttpResponse:
    """The list and the form; the first POST shows what the term would have done, the second adds it."""
    nurse = _clinician(request)
    form, tried = TermForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        tried = _take(request, nurse, form)
        if tried is None and not form.errors:
            return redirect("desk_terms")
    all_terms = Term.objects.of(nurse).select_related("added_by", "proposed_by", "removed_by")
    context = {
        "form": form,
        "tried": tried,
        "examples": [{"post": one.post, "line": first_line(one.post.text)} for one in tried.examples] if tried else [],
        "terms": all_terms.in_use().order_by("key"),
        "removed": all_terms.filter(removed_at__isnull=False).order_by("-removed_at")[:REMOVED_SHOWN],
    }
    return render(request, "desk/terms.html", context, status=400 if form.errors else 200)


def _take(request: HttpRequest, nurse: Person, form: TermForm) -> terms.Tried | None:
    """None once it is on the list, or where something must be put right."""
    given = {name: form.cleaned_data[name] for name in ("words", "what", "reason")}
    seen = own.fingerprint([own.Term(0, own.key_of(given["words"]), given["what"])])
    try:
        if form.cleaned_data["checked"] == seen:
            terms.add(nurse=nurse, **given)
            messages.success(request, _("Added. It holds from the next post on."))
            return None
        tried = terms.attempt(nurse=nurse, **given)
        form.put(checked=seen)
    except BadWords as bad:
        form.tell(bad)
    except terms.TooMuch as refusal:
        form.add_error("words", _too_much(refusal.tried))
        return refusal.tried
    else:
        return tried
    return None


def _too_much(tried: terms.Tried) -> str:
    said = _("This would have stopped %(count)s of your newest posts. Write more of the phrase that is a problem.")
    return said % {"count": len(tried.changes)}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_term(request: HttpRequest, term_id: int) -> HttpResponse:
    """One term; POST proposes to take it away, agrees to that, or says that it stays."""
    nurse = _clinician(request)
    known = Term.objects.of(nurse).select_related("added_by", "proposed_by", "removed_by")
    term = get_object_or_404(known, pk=term_id if term_id < 2**63 else 0)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, nurse, term, form):
        return redirect("desk_terms")
    context: dict[str, Any] = {
        "term": term,
        "form": form,
        "alone": not terms.others(nurse).exists(),
        "own": term.proposed_by_id == nurse.pk,
    }
    return render(request, "desk/term.html", context, status=400 if form.errors else 200)


def _decided(request: HttpRequest, nurse: Person, term: Term, form: WhyForm) -> bool:
    """Does what the button says; False where something must be put right first."""
    act = request.POST.get("act", "")
    try:
        if act == "propose":
            done = terms.propose(term, nurse=nurse, reason=form.cleaned_data["reason"])
            told = _("Proposed. It holds until a colleague agrees.")
        elif act == "agree":
            done, told = terms.agree(term, nurse=nurse), _("Taken away. It no longer holds from the next post on.")
        elif act == "keep":
            done, told = terms.keep(term, nurse=nurse), _("It stays.")
        else:
            raise Http404
    except NotHere as error:
        raise Http404 from error
    except BadWords as bad:
        form.add_error("reason", TROUBLE[bad.field, bad.code])
        return False
    except terms.Alone:
        form.add_error(None, _("You are the only clinician of your centre: nobody could agree, so the term stays."))
        return False
    except terms.SamePerson:
        form.add_error(None, _("You proposed this yourself. A colleague has to agree."))
        return False
    messages.info(request, told if done else _("Somebody was faster: this term has changed meanwhile."))
    return True
