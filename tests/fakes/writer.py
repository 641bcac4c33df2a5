"""A calendar writer that counts: everything goes through to the real one."""

from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import CalendarWriter, Written


class CountingWriter:
    """Remembers each change that it was told to write, also when the real writer refuses."""

    def __init__(self, writer: CalendarWriter) -> None:
        self._writer = writer
        self.told: list[ConfirmedChange] = []

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Count, then write."""
        self.told.append(change)
        return await self._writer.apply(change)
