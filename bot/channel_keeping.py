"""Setting how a channel is served, with all that is timed by it. Who may is asked before, in
`channel_settings`; how a wish reads is `tools.channel_wishes`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.channels import Channels, ChannelSettings, Digest
from calendar_core.clock import Clock
from calendar_core.events import EventId
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan

AHEAD = timedelta(days=366)
"""So far ahead reminders are brought in step at once; later ones follow when they come near."""


class Ringing(Protocol):
    """The reminders of a channel's events."""

    async def relead(self, owner: PersonId, events: tuple[EventId, ...]) -> None:
        """Bring the usual leads before these events in step with their owner's wishes."""
        ...

    async def retime(self, owner: PersonId) -> None:
        """Bring all of an owner's in step with their zone."""
        ...


class Digesting(Protocol):
    """The digests."""

    async def retime(self, owner: PersonId) -> object:
        """Follow an owner's wishes."""
        ...


def as_fields(settings: ChannelSettings) -> dict[str, Any]:
    """All that can be set, as JSON values: what a note carries while it waits."""
    leads = settings.leads
    return {
        "shares": settings.shares,
        "zone": settings.zone.key,
        "digest": settings.digest.value,
        "digest_at": f"{settings.digest_at:%H:%M}",
        "digest_day": settings.digest_day,
        "leads": None if leads is None else [int(one.total_seconds()) for one in leads],
    }


def with_fields(stood: ChannelSettings, fields: Mapping[str, Any]) -> ChannelSettings:
    """The same, with what some of those fields say."""
    told = as_fields(stood) | dict(fields)
    leads = told["leads"]
    return replace(
        stood,
        shares=told["shares"],
        zone=ZoneInfo(told["zone"]),
        digest=Digest(told["digest"]),
        digest_at=time.fromisoformat(told["digest_at"]),
        digest_day=told["digest_day"],
        leads=None if leads is None else tuple(timedelta(seconds=one) for one in leads),
    )


class ChannelKeeping:
    """Sets channels, and brings their reminders and digests in step."""

    def __init__(
        self,
        channels: Channels,
        mirror: Mirror,
        reminders: Ringing,
        digests: Digesting,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._mirror = mirror
        self._reminders = reminders
        self._digests = digests
        self._clock = clock

    async def set(self, body: Mapping[str, Any], by: PersonId) -> dict[str, Any]:
        """Set what `body` names of one channel; all else stays as it is by then. Returns the body
        that sets it back.

        `owner` is the channel, `name` what people call it, `settings` some of `as_fields`, `said`
        what stands in the trail.
        """
        stood = await self._channels.of(PersonId(body["owner"]))
        stood = replace(stood, name=body["name"] or stood.name)
        wanted = with_fields(stood, body["settings"])
        await self._channels.keep(wanted, by, body["said"])
        await self._follow(stood, wanted)
        before = as_fields(stood)
        return {
            **body,
            "settings": {name: before[name] for name in body["settings"]},
            "said": f"taken back: {body['said']}",
        }

    async def _follow(self, stood: ChannelSettings, wanted: ChannelSettings) -> None:
        """Bring what is timed in step; a calendar that is shared is made when first wanted."""
        owner, now = wanted.calendar_owner, self._clock.now()
        if not await self._mirror.calendars((owner,)):
            await self._mirror.add_calendar(owner, "Team" if wanted.shares else wanted.name)
        for one in dict.fromkeys((stood.calendar_owner, owner)):
            span = TimeSpan(start=now, end=now + AHEAD)
            agenda = await self._mirror.occurrences((one,), span, wanted.zone)
            events = tuple(dict.fromkeys(found.event_id for found in agenda.occurrences))
            await self._reminders.relead(one, events)
            await self._reminders.retime(one)
        await self._digests.retime(wanted.owner)
