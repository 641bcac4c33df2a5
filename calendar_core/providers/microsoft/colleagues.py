"""When others of the same organization are taken, by Graph's `getSchedule`.

It is asked for few people and few weeks at a time. Whom Graph does not tell of stays unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from calendar_core.linking import AccountId
from calendar_core.providers.microsoft.client import Mailbox, Unanswered
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.zones import UTC_ZONE, graph_time, instant
from calendar_core.when import TimeSpan

MOST_PEOPLE = 20
LONGEST = timedelta(days=40)
_INTERVAL = 30
"""Minutes; what is read are the items, not the squares."""
_FREE = {"free", "workingelsewhere"}


class MicrosoftColleagues:
    """Asks with a linked account of an organization; a personal one may not ask."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    async def busy_of(
        self, account_id: AccountId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, tuple[TimeSpan, ...]]:
        """When people are taken, by mail address as it was asked for; who can't be told for all of
        the time is left out.

        Raises NotAllowed (this account may not ask), SignInNeeded, TryLater.
        """
        account, credentials = await self._mailboxes.connections.of_account(account_id)
        mailbox = self._mailboxes.mailbox(account.id, credentials)
        asked = {one.strip().lower(): one for one in addresses}
        found: dict[str, list[TimeSpan]] = {address: [] for address in asked}
        for at in range(0, len(asked), MOST_PEOPLE):
            some = list(asked)[at : at + MOST_PEOPLE]
            for part in _parts(span):
                told = await _schedules(mailbox, some, part)
                for address in some:
                    if address in found and address in told:
                        found[address] += told[address]
                    else:
                        found.pop(address, None)
        return {asked[address]: tuple(taken) for address, taken in found.items()}


def _parts(span: TimeSpan) -> Iterator[TimeSpan]:
    """Pieces that are short enough to be asked for at once."""
    start, end = span.within(UTC_ZONE).start, span.within(UTC_ZONE).end
    while start < end:
        until = min(start + LONGEST, end)
        yield TimeSpan(start=start, end=until)
        start = until


async def _schedules(
    mailbox: Mailbox, people: Sequence[str], span: TimeSpan
) -> dict[str, list[TimeSpan]]:
    """Taken times by address; those with an error are left out."""
    body = {
        "schedules": list(people),
        "startTime": graph_time(span.start, UTC_ZONE),
        "endTime": graph_time(span.end, UTC_ZONE),
        "availabilityViewInterval": _INTERVAL,
    }
    answer = await mailbox.post("/me/calendar/getSchedule", body)
    listed = answer.get("value")
    if not isinstance(listed, list):
        raise Unanswered("Microsoft's answer can't be read.")
    return {
        str(one.get("scheduleId") or "").lower(): _taken(one["scheduleItems"], span)
        for one in listed
        if not one.get("error") and isinstance(one.get("scheduleItems"), list)
    }


def _taken(items: Sequence[Mapping[str, Any]], span: TimeSpan) -> list[TimeSpan]:
    """An item of a kind that is not known counts: unknown is not free."""
    found = []
    for one in items:
        if str(one.get("status") or "").lower() in _FREE:
            continue
        start, end = instant(one.get("start")), instant(one.get("end"))
        start, end = max(start, span.start), min(end, span.end)
        if start < end:
            found.append(TimeSpan(start=start, end=end))
    return found
