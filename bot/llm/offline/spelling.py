"""Slips of the finger in the words that requests are made of: "cancle", "remnd", "wiht".

Only these words are mended, never names and titles at large. Times mend their own.
"""

import re
from functools import cache

_WORDS = (
    *("remind", "reminder", "schedule", "reschedule", "cancel", "delete", "remove", "appointment"),
    *("meeting", "calendar", "dinner", "invite", "invitation", "postpone", "decline", "accept"),
    *("breakfast", "birthday", "dentist", "doctor", "available", "conference", "notify"),
)
_SHORT = {
    "mov": "move",
    "moev": "move",
    "wiht": "with",
    "wtih": "with",
    "wih": "with",
    "metting": "meeting",
    "meating": "meeting",
    "meetign": "meeting",
    "luch": "lunch",
    "lucnh": "lunch",
    "apointment": "appointment",
    "apointments": "appointments",
    "shcedule": "schedule",
    "schedual": "schedule",
    "scedule": "schedule",
    "bithday": "birthday",
    "waht": "what",
    "whta": "what",
    "hte": "the",
    "teh": "the",
    "adn": "and",
    "nad": "and",
    "delte": "delete",
    "canel": "cancel",
    "appt": "appointment",
    "appts": "appointments",
    "remiind": "remind",
    "puhs": "push",
    "invit": "invite",
    "shedule": "schedule",
}
_REAL = frozenset({"inviter", "meting", "doctors", "dinners", "accepts", "declines", "remover"})
_WORD = re.compile(r"(?<![\w'@.-])[A-Za-z]{3,14}(?![\w'@-])")


def mended(text: str) -> str:
    """The text with slips in words of requests put right; all else as it was written."""
    return _WORD.sub(lambda match: _mended(match[0]), text)


def _mended(word: str) -> str:
    low = word.casefold()
    right = _SHORT.get(low) or (_slips().get(low) if len(low) > 4 else None)
    if right is None:
        return word
    return right.capitalize() if word[:1].isupper() else right


@cache
def _slips() -> dict[str, str]:
    """Each word with one letter missing, doubled, or swapped with the next."""
    slips: dict[str, str] = {}
    for word in _WORDS:
        for n in range(len(word)):
            missing = word[:n] + word[n + 1 :]
            doubled = word[:n] + word[n] + word[n:]
            swapped = word[:n] + word[n + 1 : n + 2] + word[n] + word[n + 2 :]
            slips |= dict.fromkeys((missing, doubled, swapped), word)
    return {slip: w for slip, w in slips.items() if slip not in _WORDS and slip not in _REAL}
