"""The sentences an author reads: what was seen, and that a nurse (not a machine) has the last word."""


def _(sentence: str) -> str:
    """Marks a sentence for the translators; the screen itself speaks English only."""
    return sentence


REASONS: dict[str, str] = {
    "M1_stop": _("You suggest stopping a medicine, so a nurse reads this first."),
    "M1_skip": _("You suggest skipping or delaying a medicine, so a nurse reads this first."),
    "M1_take": _("You suggest how to take a medicine, so a nurse reads this first."),
    "M1_try": _("You suggest a medicine to somebody, so a nurse reads this first."),
    "M1_chg": _("You suggest changing the dose of a medicine, so a nurse reads this first."),
    "M1_avoid": _("You suggest staying away from a medicine, so a nurse reads this first."),
    "M1_not": _("You say what not to do with a medicine, so a nurse reads this first."),
    "M1_ask": _("You suggest asking for a certain medicine, so a nurse reads this first."),
    "M1_continue": _("You say that it is fine to go on with a medicine, so a nurse reads this first."),
    "M1_share": _("You offer a medicine to somebody, and that can be unsafe, so a nurse reads this first."),
    "M1_buy": _("You say where to get a medicine, so a nurse reads this first."),
    "M1_hide": _("You suggest keeping something from the doctor, so a nurse reads this first."),
    "M2_claim": _("You say in general what a medicine does, so a nurse reads this first."),
    "M2_compare": _("You compare treatments, and what is better differs for each person, so a nurse reads this first."),
    "M3_stop": _("You tell that you left a medicine out, and others may follow, so a nurse reads this first."),
    "M3_dose": _("You tell that you changed a dose yourself, and others may follow, so a nurse reads this first."),
    "M4": _("You point somebody to the care team. Thank you."),
    "M5": _("You tell that you stopped a medicine and it was hard. A nurse can think along with you."),
    "M6": _("You ask about a medicine, so a nurse can answer you."),
    "M7": _("You answer somebody's question about a treatment, so a nurse reads this first."),
    "A1_recommend": _("You suggest a treatment outside usual care, so a nurse reads this first."),
    "A1_claim": _("You say that a treatment outside usual care helps, so a nurse reads this first."),
    "A1_sell": _("You say where to get a treatment outside usual care, so a nurse reads this first."),
    "A1_name": _("You name a treatment outside usual care, so a nurse reads this first."),
    "A2": _("You tell that you use a treatment outside usual care, so a nurse reads this first."),
    "A3": _("You ask about a treatment outside usual care, so a nurse can answer you."),
    "A4": _("You warn about a treatment outside usual care, so a nurse has a look too."),
    "A5": _("You tell what gives you comfort."),
    "R1": _("You describe a sign that may need care today. Please look at the card with telephone numbers."),
    "R2": _("You may be in danger. Please look at the card: somebody can be reached now."),
    "R3": _("You describe a sign that your care team should hear about soon."),
    "R3_hope": _("You write that it is very heavy for you. You are not alone with this."),
    "R4": _("You urge somebody to get help. Thank you."),
    "R5": _("You say that a sign is nothing, and it may need care, so a nurse reads this first."),
    "R6": _("You tell about something serious from the past, so a nurse has a look too."),
    "I1_phone": _("Your words hold a telephone number. We leave it out for you."),
    "I1_mail": _("Your words hold an e-mail address. We leave it out for you."),
    "I1_address": _("Your words hold a home address. We leave it out for you."),
    "I1_number": _("Your words hold a personal number. We leave it out for you."),
    "I2": _("You name somebody from a care team and complain, so a nurse reads this first."),
}  # fmt: skip
