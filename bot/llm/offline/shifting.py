"""The end of a wish to change: by how much to move an event, or to make it longer.

"… back by 30 minutes", "… an hour later", "… by 15 minutes" with a verb that says which way.
"""

import re
from dataclasses import dataclass

from bot.llm.model import Setting
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind

_TAIL = re.compile(
    r"[\s,]+(?:(?P<way>back|forward|out|up|ahead|down)\s+)?(?P<by>by\s+|for another\s+|another\s+)?"
    r"(?P<length>(?:an?|half an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty"
    r"|forty[- ]five"
    r"|a couple of|a few|several|\d+(?:\.\d+)?)\b[ -]?(?:and a half )?(?:minutes?|mins?|hours?"
    r"|hrs?|h"
    r"|m|days?|weeks?|months?)(?: and a half| and \d+ min\w*)?)"
    r"(?:\s+(?P<end>later|earlier|longer|shorter|back|forward|ahead|out|sooner))?$",
    re.I,
)
_EARLIER = frozenset({"forward", "earlier", "ahead", "up", "sooner"})
_LATER = re.compile(
    r"^(?:delay|postpone|push|bump|put off|put back|set back|defer|slide|slip|shift|move|start"
    r"|begin"
    r"|have|reschedule|do|hold)\b",
    re.I,
)
_SOONER = re.compile(r"^(?:advance|bring|pull)\b", re.I)
_GROW = re.compile(r"^(?:extend|lengthen|prolong|stretch)\b", re.I)
_SHRINK = re.compile(r"^(?:shorten|cut|trim|reduce)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A change by a length, and the words before it."""

    rest: str
    shift: str | None = None
    longer_by: str | None = None


def shift_in(text: str, setting: Setting) -> Shifted | None:
    """The length by which to move or stretch an event; None when none is said at the end."""
    match = _TAIL.search(text)
    if match is None or match.start() == 0:
        return None
    told = meaning_of(match["length"], setting)
    if told is None or told.kind is not Kind.LENGTH:
        return None
    words = {str(match[name]).casefold() for name in ("way", "end") if match[name]}
    rest, length = text[: match.start()], match["length"]
    if re.search(r"\s(?:to|for|at|from|until)$", rest, re.I):
        return None
    rest, said = _without_way(rest)
    words |= said
    if "shorter" in words or _SHRINK.match(rest):
        return Shifted(rest=rest, longer_by=f"{length} shorter")
    if "longer" in words or _GROW.match(rest):
        return Shifted(rest=rest, longer_by=length)
    if not words and not match["by"] and not _LATER.match(rest):
        return None
    earlier = bool(words & _EARLIER) or bool(_SOONER.match(rest))
    if not words and not earlier and not _LATER.match(rest):
        return None
    return Shifted(rest=rest, shift=f"{length} {'earlier' if earlier else 'later'}")


def _without_way(rest: str) -> tuple[str, set[str]]:
    """ "Bring the review forward" without its "forward"; "push back the review" without "back"."""
    ways = re.search(r"\s(?P<way>back|forward|out|ahead)$", rest, re.I)
    if ways:
        return rest[: ways.start()], {ways["way"].casefold()}
    front = re.match(r"^(?P<verb>\w+)\s(?P<way>back|forward|out|up)\s(?=\w)", rest, re.I)
    if front:
        return f"{front['verb']} {rest[front.end() :]}", {front["way"].casefold()}
    return rest, set()
