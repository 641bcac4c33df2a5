"""What to change on an event, and nothing else: None keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from calendar_core.events import Answer, Guest, Occupancy, Repeat, Status, Visibility
from calendar_core.when import When


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Named fields get the new value; all others stay as they are, unknown ones too (law 7)."""

    title: str | None = None
    when: When | None = None
    zone: str | None = None
    """IANA name of the zone of `when`; None keeps the event's own."""
    location: str | None = None
    description: str | None = None
    status: Status | None = None
    occupancy: Occupancy | None = None
    visibility: Visibility | None = None
    color: str | None = None
    video_url: str | None = None
    """The empty text takes the link away."""
    video_wanted: bool = False
    """Whether the calendar's maker shall make a video link, in place of one that stands there."""
    repeat: Repeat | None = None
    """A `Repeat` without rule and extra dates stops the repeating."""
    organizer: Guest | None = None
    """Set with the first guests: who invites (RFC 5545 wants one then)."""
    guests_added: tuple[Guest, ...] = ()
    guests_removed: tuple[str, ...] = ()
    """Addresses."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By address: what guests answered."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """By address: a word that goes with the answer; an answer without one takes an older away."""
    proposals: Mapping[str, When] = field(default_factory=dict)
    """By address: the time that a guest proposes with their answer; as with `notes`."""
    alarms: tuple[timedelta, ...] | None = None
    categories: tuple[str, ...] | None = None
