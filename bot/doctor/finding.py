"""What was found, and looking at many things side by side."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

AT_MOST = 5.0
"""Seconds that one question to the outside may take."""
ALL_AT_MOST = 15.0
"""Seconds that all questions of one part may take."""


class Mark(StrEnum):
    """How a thing is."""

    WELL = "✓"
    ODD = "!"
    """It works, and yet somebody should look."""
    WRONG = "✗"
    """It does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    part: str
    """For example "Slack token"."""
    mark: Mark
    words: str
    """How it is: a few words, nothing secret, no names of people or events."""
    todo: str = ""
    """What to do about it: a sentence."""

    def __str__(self) -> str:
        told = f"{self.mark} {self.part}: {self.words}"
        return f"{told}. {self.todo}" if self.todo else told


Findings: TypeAlias = Sequence[Finding]


def well(part: str, words: str) -> Finding:
    """It works."""
    return Finding(part=part, mark=Mark.WELL, words=words)


def odd(part: str, words: str, todo: str) -> Finding:
    """It works, and yet."""
    return Finding(part=part, mark=Mark.ODD, words=words, todo=todo)


def wrong(part: str, words: str, todo: str) -> Finding:
    """It does not work."""
    return Finding(part=part, mark=Mark.WRONG, words=words, todo=todo)


async def side_by_side(**looks: Awaitable[Findings]) -> list[Finding]:
    """Look at all parts at once; what was found, in the order of the parts. A part that takes too
    long is a finding itself."""
    found = await asyncio.gather(*(_in_time(part, look) for part, look in looks.items()))
    return [one for part in found for one in part]


async def _in_time(part: str, look: Awaitable[Findings]) -> Findings:
    try:
        async with asyncio.timeout(ALL_AT_MOST):
            return await look
    except TimeoutError:
        name = part.replace("_", " ")
        return [wrong(name, f"no answer in {ALL_AT_MOST:.0f} seconds", "Try again.")]
