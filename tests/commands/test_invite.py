"""manage.py invite: codes on paper, hashes in the database, and a plain word where the centre is not known."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from people.joining import invitation
from people.models import Invitation


def said(**options) -> list[str]:
    out = StringIO()
    call_command("invite", stdout=out, **options)
    return out.getvalue().split()


def test_it_prints_codes_that_open_the_centre(centre, other_centre):
    codes = said(centre=centre.pk, codes=3)
    assert len(set(codes)) == 3
    assert {(invitation(one).centre, invitation(one).uses_left) for one in codes} == {(centre, 1)}


def test_one_code_may_be_for_several(centre):
    (code,) = said(centre=centre.pk, uses=20)
    assert invitation(code).uses_left == 20


@pytest.mark.parametrize("wrong", [{"uses": 0}, {"uses": -1}, {"uses": 501}, {"codes": 0}, {"codes": 501}])
def test_numbers_that_make_no_sense_are_refused(centre, wrong):
    with pytest.raises(CommandError, match="from 1 to 500"):
        said(centre=centre.pk, **wrong)
    assert not Invitation.objects.exists()


def test_an_unknown_centre_is_told_with_those_that_are_known(centre):
    with pytest.raises(CommandError, match=f"{centre.pk} \\(Reuma aan de Maas\\)"):
        said(centre=centre.pk + 99)
