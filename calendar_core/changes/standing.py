"""What stands now of all that some edits touch: looked up in the mirror, only on calendars that
their owners have."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from calendar_core.changes.change import Bring, Create, Edit
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId

if TYPE_CHECKING:
    from calendar_core.changes.planning import Standing


async def look_up(mirror: Mirror, edits: Iterable[Edit], owners: Sequence[PersonId]) -> "Standing":
    """Events, calendars and resources that the edits name. Raises NotFound for what is not these
    owners'."""
    from calendar_core.changes.planning import Standing

    events, resources = {}, {}
    for edit in edits:
        match edit:
            case Create():
                continue
            case Bring():
                uids = [one.uid for one in edit.resources]
                for one in await mirror.resources(edit.calendar_id, owners, uids):
                    resources[edit.calendar_id, one.uid] = one
            case _:
                target = edit.target.event_id
                events[target] = await mirror.event(target, owners)
    calendars = {one.id: one for one in await mirror.calendars(owners)}
    return Standing(events=events, calendars=calendars, resources=resources)
