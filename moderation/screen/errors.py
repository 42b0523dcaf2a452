"""What the screen raises. Trouble never lets words pass: the gate turns each of these into a hold."""


class ScreenBroken(Exception):
    """The vocabulary or the rules cannot be used: a file is missing or empty, a pattern does not compile."""


class ScreenTooSlow(Exception):
    """The deadline passed before every rule had been looked at."""
