"""Answers that several people read: each of their times on the reader's own clock, where a platform
shows that; where it does not, a line says in which zone they are told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.chat.cards import Card, Line, Moment, plain

_IN_ZONE = re.compile(r"All times are in (?P<zone>[\w/+-]+)\.")


def in_zone(zone: ZoneInfo) -> str:
    """The line that says so."""
    return f"All times are in {zone.key}."


def on_each_clock(card: Card, clocks: Sequence[Moment]) -> Card:
    """The card with its times on each reader's clock. As it was where they don't stand in it one
    after the other, as a model that words things its own way may tell them."""
    left = list(clocks)
    lines: list[Line] = []
    zone = ""
    for line in card.body:
        told = _IN_ZONE.fullmatch(plain(line))
        if told is not None:
            zone = told["zone"]
            continue
        lines.append(_with_next(line, left))
    if left or not clocks:
        return card
    return replace(card, body=tuple(lines), zone=zone)


def _with_next(line: Line, left: list[Moment]) -> Line:
    """The line with the next time as a time, if it stands there."""
    text = plain(line)
    if not left or len(line) != 1 or not isinstance(line[0], str):
        return line
    found = re.search(rf"(?<![\w:]){re.escape(left[0].text)}(?![\w:])", text)
    if found is None:
        return line
    parts = (text[: found.start()], left.pop(0), text[found.end() :])
    return tuple(part for part in parts if part != "")
