"""What could not be read of a calendar file, in a sentence for whoever imports it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong with one UID."""

    uid: str
    """Empty when it is about the file."""
    reason: str
    """Why, to follow the UID or the title: "its start can't be read"."""
    lost: bool = True
    """Whether the event stayed out; else it came in, and this says what was mended."""
