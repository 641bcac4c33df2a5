"""The ticket to write: only the desk makes one, after the owner's press won the conditional
UPDATE."""

from dataclasses import dataclass
from datetime import datetime

from calendar_core.changes.change import ChangeId, Write
from calendar_core.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedChange:
    """A change that its owner confirmed. Made by `desk` alone; import contracts keep others from
    naming it."""

    id: ChangeId
    by: PersonId
    at: datetime
    place: str
    """Key of the place that it was proposed in."""
    writes: tuple[Write, ...]
