"""What Google has no place for, told from a change's texts alone.

What only Google knows (whose calendar it is, what stands there now) `writer` learns when it writes.
"""

from zoneinfo import ZoneInfo

from calendar_core.changes.change import Write
from calendar_core.providers.google.fields import said_by

_ANY = ZoneInfo("UTC")
"""Floating times are told in their calendar's zone; which one that is makes no difference here."""


def object_to(write: Write) -> None:
    """Raises NotAllowed for what Google can't be told, BadCalendarData for what can't be read."""
    if write.after is not None:
        said_by(write.after, _ANY)
