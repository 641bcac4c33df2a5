"""A vendor in memory, which puts its own things onto what is written: a page of its own, and a
video link where one is wished for.
"""

from dataclasses import replace

from bot.app.providers import MakeProvider, Provider
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.database import Database
from calendar_core.linking import Connections
from calendar_core.providers.google import limits as google
from calendar_core.providers.microsoft import limits as microsoft
from tests.fakes.calendars import FakeProvider, FakeWriter

WANTED = "X-CONVENE-VIDEO:WANTED\r\n"


class VendorWriter:
    """Writes as the fake does, and gives back what the vendor makes of it."""

    def __init__(self, held: FakeProvider) -> None:
        self._held = held
        self._writer = FakeWriter(held)
        self.told: list[ConfirmedChange] = []
        self.makes_video = True

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """All writes, as they came."""
        self.told.append(change)
        return tuple(self._dressed(one) for one in await self._writer.apply(change))

    def _dressed(self, written: Written) -> Written:
        resource = written.resource
        if resource is None:
            return written
        made = "CONFERENCE;VALUE=URI:https://meet.example/made\r\n" if self.makes_video else ""
        ics = resource.ics.replace(WANTED, made)
        if "X-CONVENE-LINK" not in ics:
            page = "X-CONVENE-LINK:https://calendar.example/e?eid=1\r\n"
            ics = ics.replace("END:VEVENT\r\n", f"{page}END:VEVENT\r\n")
        kept = replace(resource, ics=ics)
        self._held.held[written.calendar_id, written.uid] = kept
        return replace(written, resource=kept)


_OBJECTS = {"google": google.object_to, "microsoft": microsoft.object_to}
"""The vendors' own limits: what they have no place for."""


class NoLinking:
    """Nothing is linked through it: the calendars stand there."""

    begin = finish = revoke = None


def maker_of(name: str, writer: VendorWriter, held: FakeProvider) -> MakeProvider:
    """The bundle of a vendor in memory."""

    def make(connections: Connections, database: Database) -> Provider:
        return Provider(
            name=name,
            reader=held.reader,
            writer=writer,
            linking=NoLinking(),  # type: ignore[arg-type]
            objects=_OBJECTS.get(name),
        )

    return make
