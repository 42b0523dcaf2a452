"""What was seen, in a sentence for the author (a nurse, not a machine, has the last word) and in one for the nurse."""


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

# The same for the nurse, who reads about somebody else.
FOR_NURSES: dict[str, str] = {
    "M1_stop": _("Suggests stopping a medicine."),
    "M1_skip": _("Suggests skipping or delaying a medicine."),
    "M1_take": _("Suggests how to take a medicine."),
    "M1_try": _("Suggests a medicine to somebody."),
    "M1_chg": _("Suggests changing the dose of a medicine."),
    "M1_avoid": _("Suggests staying away from a medicine."),
    "M1_not": _("Says what not to do with a medicine."),
    "M1_ask": _("Suggests asking for a certain medicine."),
    "M1_continue": _("Says that it is fine to go on with a medicine."),
    "M1_share": _("Offers a medicine to somebody."),
    "M1_buy": _("Says where to get a medicine."),
    "M1_hide": _("Suggests keeping something from the doctor."),
    "M2_claim": _("Says in general what a medicine does."),
    "M2_compare": _("Compares treatments."),
    "M3_stop": _("Left out an own medicine, and approves of it."),
    "M3_dose": _("Changed an own dose, and approves of it."),
    "M4": _("Points somebody to the care team."),
    "M5": _("Stopped an own medicine, and it was hard."),
    "M6": _("Asks about a medicine."),
    "M7": _("Answers somebody's question about a treatment."),
    "A1_recommend": _("Suggests a treatment outside usual care."),
    "A1_claim": _("Says that a treatment outside usual care helps."),
    "A1_sell": _("Says where to get a treatment outside usual care."),
    "A1_name": _("Names a treatment outside usual care."),
    "A2": _("Uses a treatment outside usual care."),
    "A3": _("Asks about a treatment outside usual care."),
    "A4": _("Warns about a treatment outside usual care, or says that it did nothing."),
    "A5": _("Tells what gives comfort."),
    "R1": _("Describes a sign that may need care today."),
    "R2": _("May be in danger: of doing themselves harm, of an overdose, or at home."),
    "R3": _("Describes a sign that the care team should hear about soon."),
    "R3_hope": _("Sounds without hope."),
    "R4": _("Urges somebody to get help."),
    "R5": _("Plays down a sign that may need care."),
    "R6": _("Tells about something serious from the past."),
    "I1_phone": _("Holds a telephone number."),
    "I1_mail": _("Holds an e-mail address."),
    "I1_address": _("Holds a home address."),
    "I1_number": _("Holds a personal number."),
    "I2": _("Names somebody from a care team and complains."),
}

_CODES = {sentence: code for code, sentence in REASONS.items()}


def for_nurses(why: str) -> str:
    """The nurse's sentence for an author's; another sentence comes back as it is."""
    return FOR_NURSES.get(_CODES.get(why, ""), why)
