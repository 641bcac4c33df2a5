"""Joining: time words that stand apart in a sentence, put together to one time.

"A slot on Friday with Jan at 3" says one time in two places; "2pm" and "5pm" are two times.
"""

from typing import NamedTuple

from calendar_core.phrases.drafts import Draft, Half, finished, join
from calendar_core.phrases.terms import Length


class Piece(NamedTuple):
    """A stretch of time words with its role."""

    start: int
    end: int
    role: str
    draft: Draft | None = None
    size: Length | None = None
    sign: int = 1


def together(wanted: list[Piece]) -> tuple[list[Piece], Draft]:
    """The pieces that tell one time, and their common draft."""
    parts = [wanted[0]]
    draft = wanted[0].draft or Draft()
    for piece in wanted[1:]:
        if piece.draft is None:
            continue
        merged = _merged(draft, piece.draft)
        if merged is not None:
            draft = merged
            parts.append(piece)
    return parts, draft


def _merged(one: Draft, other: Draft) -> Draft | None:
    """Two drafts as one, where the second only adds what the first left open."""
    if (one.rule and other.rule) or (one.right and other.right) or (one.until and other.until):
        return None
    if one.bound and other.bound and one.rule is None and other.rule is None:
        return None
    left = _merged_half(one.left, other.left)
    if left is None:
        return None
    if one.right is not None and other.left.clock is not None:
        return None
    if other.right is not None and one.left.clock is not None:
        return None
    draft = one._replace(
        left=left,
        right=one.right or other.right,
        until=one.until or other.until,
        bound=one.bound or other.bound,
        rule=one.rule or other.rule,
        times=one.times or other.times,
        length=one.length or other.length,
        zone=one.zone or other.zone,
        lone=False,
    )
    return finished(draft)


def _merged_half(one: Half, other: Half) -> Half | None:
    if one.clock and other.clock and one.clock != other.clock:
        return None
    if one.part and other.part and one.part != other.part:
        return None
    day = one.day or other.day
    if one.day is not None and other.day is not None:
        day = join(one.day, other.day)
        if day is None:
            return None
    return Half(day=day, clock=one.clock or other.clock, part=one.part or other.part)
