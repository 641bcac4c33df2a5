"""Words for times, read whole or refused. One entry, `resolve`; `find` looks in a sentence."""

from calendar_core.phrases.finding import find, find_main
from calendar_core.phrases.meaning import Found, Grain, Kind, Meaning, NotUnderstood, Policy
from calendar_core.phrases.reading import length_of, resolve

__all__ = [
    "Found",
    "Grain",
    "Kind",
    "Meaning",
    "NotUnderstood",
    "Policy",
    "find",
    "find_main",
    "length_of",
    "resolve",
]
