"""Wishes for a video link on an event that is there, or to have one taken off."""

import re
from typing import NamedTuple

from bot.llm.offline.sentence import Sentence

_LINK = re.compile(
    r"^(?:add|include|attach|put|(?P<away>remove|delete|drop|take (?:off|away|out)|take)) "
    r"(?:an? |the )?(?:video|zoom|google meet|meet|teams|conference)(?: link| call| conference)? "
    r"(?:to|in|into|on|for|(?:off )?(?:from|of|off)) (?P<event>(?!(?:my |the )?calendar\b).+)$",
    re.I,
)


class LinkWish(NamedTuple):
    """What is wished."""

    event: str
    """The words that tell the event."""
    is_wanted: bool
    """Whether a link shall be there; else it shall go."""


def link_wish(s: Sentence) -> LinkWish | None:
    """The wish that a whole sentence is, or none."""
    match = _LINK.match(s.marked)
    return match and LinkWish(match["event"], not match["away"])
