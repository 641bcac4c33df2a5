"""The options of a `/cal` command as the words that somebody would have typed. Pure."""

import re

from adapters.discord.reading import kept

_NEEDS_ON = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b|\d|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?(?:\s|$)", re.IGNORECASE)


def spoken(*parts: str | None) -> str:
    """The parts that were given, as one sentence."""
    return " ".join(" ".join(part.split()) for part in parts if part and part.strip())


def on(when: str | None) -> str:
    """A day with its preposition: "on friday", but "tomorrow", "next week", "at 12:30"."""
    if not when:
        return ""
    if _CLOCK.match(when):
        return f"at {when}"
    return f"on {when}" if _NEEDS_ON.match(when) else when


def led(word: str, what: str | None) -> str:
    """A part with the word before it, unless it is there already; empty for nothing."""
    if not what:
        return ""
    return what if what.casefold().startswith(f"{word} ") else f"{word} {what}"


def at_person(name: str | None) -> str:
    """Somebody who was chosen, as a mention reads."""
    return f"with @{kept(name)}" if name else ""


def in_calendar(name: str | None) -> str:
    """A calendar that was chosen by its name: "on my Work calendar"."""
    if not name:
        return ""
    told = kept(name)
    return f"on my {told}" if "calendar" in name.casefold() else f"on my {told} calendar"
