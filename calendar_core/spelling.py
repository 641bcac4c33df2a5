"""Words that differ by a slip of the finger: "dentits" and "dentist".

A slip is a letter too many, too few, or wrong, or two neighbours in the wrong order (optimal string
alignment). Short words must be right; one slip is let pass from four letters on, two from eight on.
Words are compared as `folding` leaves them.
"""

from collections.abc import Iterable
from itertools import pairwise

SHORTEST = 4
"""Letters of a word that may hold a slip."""
TWO_SLIPS_FROM = 8


def slips_allowed(word: str) -> int:
    """How many slips are let pass in a word of that length; none in one with digits."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) < TWO_SLIPS_FROM else 2


def is_near(word: str, other: str) -> bool:
    """Whether `other` is the word, or is it but for the slips that its length allows."""
    most = slips_allowed(word)
    if abs(len(word) - len(other)) > most:
        return False
    return word == other or (most > 0 and _slips(word, other) <= most)


def stands_in(word: str, others: Iterable[str]) -> bool:
    """Whether any of the others begins with the word, or is near it."""
    return any(other.startswith(word) or is_near(word, other) for other in others)


def pieces(word: str) -> tuple[str, ...]:
    """Parts of a word of which one slip leaves at least one whole: what to look for first."""
    if not slips_allowed(word):
        return (word,)
    third = len(word) // 3
    cut = (0, third, len(word) - third, len(word))
    return tuple(word[a:b] for a, b in pairwise(cut))


def _slips(one: str, other: str) -> int:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there
            row.append(min(cost, last[j - 2] + 1) if swapped else cost)
    return row[-1]
