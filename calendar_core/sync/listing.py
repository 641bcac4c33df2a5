"""A person's calendars as a maker of calendars lists them, beside those that are linked."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from calendar_core.calendars import new_calendar
from calendar_core.events import Calendar
from calendar_core.linking import Account, Connections, Credentials, FoundCalendar
from calendar_core.people import PersonId

Find = Callable[[Account, Credentials], Awaitable[Iterable[FoundCalendar]]]
"""Asks the maker for the calendars of one account."""


async def calendars_there(
    connections: Connections, owner: PersonId, provider: str, find: Find
) -> tuple[Calendar, ...]:
    """The calendars of a person's accounts at one maker; those that are not linked yet under an id
    that is not kept. Raises what `find` raises."""
    found = []
    for account, credentials in await connections.connections(owner, provider):
        linked = {one.remote: one for one in await connections.calendars(account.id)}
        for one in await find(account, credentials):
            known = linked.get(one.remote) or _new(account, one)
            found.append(replace(known, read_only=one.read_only or account.free_busy_only))
    return tuple(found)


def _new(account: Account, found: FoundCalendar) -> Calendar:
    made = new_calendar(
        account.owner,
        found.name,
        account.provider,
        account=account.address,
        address=found.address,
    )
    return replace(
        made,
        account_id=account.id,
        remote=found.remote,
        counts_as_busy=found.counts_as_busy,
    )
