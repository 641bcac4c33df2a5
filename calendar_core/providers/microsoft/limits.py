"""What Outlook has no place for, told from a change's texts alone.

What only Graph knows (whether the account has Teams, who hosts what stands there) `writer` learns
when it writes.
"""

from calendar_core.changes.change import Write
from calendar_core.providers.microsoft.fields import (
    GUESTS,
    attendees,
    check,
    differences,
    fields_of,
    told,
)


def object_to(write: Write) -> None:
    """Raises NotAllowed for what Graph can't be told, BadCalendarData for what can't be read."""
    if write.after is None:
        return
    after = told(write.after)
    if write.quiet:
        after = after.uncolored()
    if write.before is not None:
        found = differences(told(write.before), after, ())
    else:
        check(None, after.master)
        found = differences(after.bare(), after, ())
    if write.quiet:
        return
    invited = [one.value for one in found if one.name == GUESTS]
    if write.before is None:
        invited.append(fields_of(after.master, ())[GUESTS])
    for guests in invited:
        attendees(guests, ())
