"""Days as people say them: "Wed 11 March", the year only where it is another one."""

from datetime import date

from calendar_core.phrases.lexicon import MONTH_NAMES, WEEKDAY_NAMES


def full_weekday(day: date) -> str:
    """The weekday's name."""
    return WEEKDAY_NAMES[day.weekday()].capitalize()


def day_words(day: date, today: date) -> str:
    """A day in short words."""
    name = WEEKDAY_NAMES[day.weekday()][:3].capitalize()
    words = f"{name} {day.day} {MONTH_NAMES[day.month - 1].capitalize()}"
    return words if day.year == today.year else f"{words} {day.year}"
