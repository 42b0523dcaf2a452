"""A newcomer gets a gentle name that nobody holds."""

import secrets

from people import pseudonyms
from people.models import Person


def test_a_given_name_is_two_words_of_the_list(db):
    first, second = pseudonyms.give().split()
    assert first in pseudonyms.FIRST
    assert second in pseudonyms.SECOND


def test_names_already_held_are_never_given_twice(centre, monkeypatch):
    monkeypatch.setattr(secrets, "choice", lambda words: words[0])
    names = []
    for number in range(3):
        names.append(pseudonyms.give())
        Person.objects.make(email=f"{number}@demo.example", pseudonym=names[-1], centre=centre)
    plain = f"{pseudonyms.FIRST[0]} {pseudonyms.SECOND[0]}"
    assert names == [plain, f"{plain} 2", f"{plain} 3"]


def test_no_word_of_the_lists_names_a_role_or_stands_twice():
    words = [one.lower() for one in pseudonyms.FIRST + pseudonyms.SECOND]
    assert len(set(pseudonyms.FIRST)) == len(pseudonyms.FIRST)
    assert len(set(pseudonyms.SECOND)) == len(pseudonyms.SECOND)
    assert not {"nurse", "doctor", "mentor", "patient", "coach", "team", "staff"} & set(words)


def test_the_longest_name_fits_its_column():
    longest = max(map(len, pseudonyms.FIRST)) + max(map(len, pseudonyms.SECOND)) + len(" 999999")
    assert longest <= Person._meta.get_field("pseudonym").max_length
