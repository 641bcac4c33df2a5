"""Somebody's linked calendar in a whole house, whose provider is in memory."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from calendar_core.accounts import Accounts, FoundCalendar, Linked
from calendar_core.events import Answer, Calendar, Event, Guest
from calendar_core.ics.writing import new_resource
from calendar_core.sync.engine import SyncEngine
from calendar_core.vault import Vault, new_key
from tests.bot.house import House
from tests.builders import NOW, a_span, an_event
from tests.fakes.calendars import FakeProvider

BO = Guest(address="mailto:bo@elsewhere.example", name="Bo", answer=Answer.ACCEPTED)
ANA = Guest(address="mailto:ana@work.example", name="Ana")


class LinkedCalendar:
    """A calendar of Ana's, somewhere else; others and her other programs change it there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.provider = FakeProvider()
        self.calendar: Calendar

    async def link(self, *events: Event) -> "LinkedCalendar":
        """Link it, with what stands there already, and read it for the first time."""
        house = self.house
        me = await house.welcome("Ana")
        found = FoundCalendar(remote="/work/", name="Work")
        linked = Linked(
            provider="fake",
            address="ana@work.example",
            url="https://calendars.example/",
            credentials={"password": "x"},
            calendars=(found,),
        )
        accounts = Accounts(house.database, house.clock, Vault(Path("/"), new_key()), house.mirror)
        account = await accounts.link(me.id, linked, free_busy_only=False)
        (self.calendar,) = await accounts.calendars(account.id)
        self.provider.listed.append(self.calendar)
        await self.brings(*events)
        return self

    async def brings(self, *events: Event, gone: tuple[str, ...] = ()) -> None:
        """Events come, change or go there, and a round reads it."""
        for one in events:
            self.provider.put(self.calendar.id, one.uid, new_resource(one, at=NOW).ics)
        for uid in gone:
            self.provider.put(self.calendar.id, uid, None)
        engine = SyncEngine(self.house.mirror, self.house.core.states, self.house.clock)
        await engine.sync(self.calendar.id, self.provider.reader)


def bos(title: str = "Review", clock: str = "14:00", day: int = 12, **details: Any) -> Event:
    """An event of Bo's to which Ana is invited."""
    answer = details.pop("answer", Answer.OPEN)
    guests = (BO, replace(ANA, answer=answer))
    return an_event(title, a_span(day, clock), organizer=BO, guests=guests, **details)
