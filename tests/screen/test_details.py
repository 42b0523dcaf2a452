"""Personal details are seen; help lines and ordinary numbers are not."""

import pytest

from moderation.screen import Kind, Label, Text, screen


@pytest.mark.parametrize(
    "words",
    [
        "Bel me op 0478 12 34 56", "Mijn nummer is 06-12345678", "Appelle-moi au 06 12 34 56 78",
        "call +44 7911 123456",
        "ring (555) 123-4567", "o478 but no: 0478/12.34.56", "anna@example.org", "anna at gmail dot com",
        "jan punt, jan@voorbeeld.be",
        "I live at 14 Maple Street, Bristol", "Kerkstraat 12, 9300 Aalst", "J'habite 12 rue de la Gare à Namur",
        "rijksregisternummer 93.05.18-223.61", "mijn bsn is 123456782",
    ],
)  # fmt: skip
def test_a_personal_detail_is_seen(words: str) -> None:
    verdict = screen(Text(body=words))
    assert Label.PERSONAL_DETAILS in verdict.labels
    assert {one.kind for one in verdict.findings if one.label == Label.PERSONAL_DETAILS} == {Kind.I1}


@pytest.mark.parametrize(
    "words",
    [
        "Call 112 or 999 now.", "Bel 1813, dag en nacht.", "Le 3114 ou le 0800 32 123.", "Samaritans: 116 123.",
        "Text 85258.",
        "On 12/03/2021 I walked 20 000 steps.", "My CRP was 12.5, then 4.", "It took 6 weeks, 3 times 10 mg.",
        "Bingo at 7 on Thursday.", "Dr Peeters was lovely.", "We walked the long way, 5 km.", "My ferritin is 1234567.",
        "No improvement. At what point did yours stop?",
    ],
)  # fmt: skip
def test_a_help_line_or_an_ordinary_number_is_not_a_personal_detail(words: str) -> None:
    assert Label.PERSONAL_DETAILS not in screen(Text(body=words)).labels


@pytest.mark.parametrize(
    "words",
    ["Dr Vermeulen is rude and never listens.", "Dokter Maes luistert niet.", "Le docteur Lambert est incompétent."],
)
def test_a_complaint_about_a_named_clinician_is_seen(words: str) -> None:
    assert Kind.I2 in {one.kind for one in screen(Text(body=words)).findings}
