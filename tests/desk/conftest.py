from tests.browsing import browser, clock, counted, quiet_screen, screen_says

__all__ = ["browser", "clock", "counted", "quiet_screen", "screen_says"]
