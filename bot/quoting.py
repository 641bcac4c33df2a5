"""Reading somebody's message as an event: its title, time and place.

The words are a stranger's (law 3): nothing in them is obeyed, no guest is taken from them, and days
count from when they were written.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.messages import Quoted
from bot.llm.model import Setting
from bot.llm.offline.creating import read_details
from bot.llm.offline.sentence import as_sentence
from bot.wording import say_days, say_when
from calendar_core.phrases import Kind, Meaning, resolve
from calendar_core.when import DaySpan, TimeSpan

LONGEST_READ = 2_000
LONGEST_TITLE = 80
LONGEST_NOTES = 2_000
_LEAD = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|so|well|please|folks|team|all|everyone|everybody|reminder)\b"
    r"[\s,:!-]*|(?:let['’]?s|shall we|should we|can we|could we|we should|we could|we need to|"
    r"we will|we['’]?ll|"
    r"i['’]?d like to|how about|what about|are you free for|do you have time for)\s+"
    r"(?:have|do|hold|meet for|schedule|plan|go for|grab)?\s*(?:an?|the|our)?\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a message says of an event."""

    title: str
    when: str
    """Its time, with the day by name; empty where none is said."""
    place: str
    notes: str
    """The message itself, with who wrote it and where."""


def read_quoted(quoted: Quoted, setting: Setting) -> Draft:
    """The event that a message is about, as far as it tells."""
    text = quoted.text[:LONGEST_READ]
    then = replace(setting, now=quoted.at.astimezone(setting.zone))
    details = read_details(as_sentence(_LEAD.sub("", text), then), then)
    when = details.get("when")
    length = details.get("length")
    words = " for ".join(str(one) for one in (when, length) if one)
    return Draft(
        title=_short(str(details.get("title") or _first_line(text))),
        when=_on_a_named_day(words, then, setting.now) if words else "",
        place=str(details.get("location") or ""),
        notes=_notes(quoted),
    )


def _short(title: str) -> str:
    bare = " ".join(title.split())
    return bare if len(bare) <= LONGEST_TITLE else f"{bare[: LONGEST_TITLE - 1].rstrip()}…"


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else ""


def _notes(quoted: Quoted) -> str:
    said = quoted.text[:LONGEST_NOTES].strip()
    head = f"From a message of {quoted.author}:" if quoted.author else "From a message:"
    parts = [f"{quoted.author} wrote:" if quoted.author and said else head, said, quoted.url]
    return "\n".join(part for part in parts if part)


def _on_a_named_day(words: str, then: Setting, now: datetime) -> str:
    """The words as they were meant when they were written; a repetition stays as it was said."""
    found = resolve(words, now=then.now, zone=then.zone, policy=then.policy)
    if not isinstance(found, Meaning) or found.kind in (Kind.RULE, Kind.LENGTH):
        return words
    start, end = found.start, found.end
    if isinstance(start, datetime):
        until = end if isinstance(end, datetime) else start + (found.length or start - start)
        return say_when(TimeSpan(start=start, end=until), then.zone, now)
    if start is None or isinstance(end, datetime) or found.hours is not None:
        return words
    return say_days(DaySpan(first=start, until=end), now) if end else words
