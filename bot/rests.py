"""What is left of an answer too long for one message: kept, and told page by page by a button.

Kept is what was asked, not what was found: the next page is looked up when it is wanted.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete

from bot.chat.cards import Button, Card, message
from bot.chat.messages import ButtonPress
from bot.contexts import Contexts
from bot.speaking import Hearing, Speaking
from bot.tables import RestRow
from bot.tools.agenda import get_schedule
from bot.tools.arguments import GetSchedule
from bot.tools.tool import ToolMisused, ToolRefused
from bot.viewers import on_each_clock
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound, NotYours
from calendar_core.people import PersonId

KEPT = timedelta(days=7)
LABEL = "More"
GONE = "I no longer know the rest of that. Ask me again, please."


class Rests:
    """The rests of answers, at rest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, owner: PersonId, asked: GetSchedule) -> str:
        """Keep what is still to be told to somebody; its id."""
        id_ = str(uuid4())
        row = RestRow(id=id_, owner=owner, arguments=asked.model_dump_json(), at=self._clock.now())
        async with self._database.session() as session:
            session.add(row)
        return id_

    async def find(self, id_: str, owner: PersonId) -> GetSchedule:
        """What is still to be told. Raises NotFound, NotYours."""
        async with self._database.reading() as session:
            row = await session.get(RestRow, id_)
        if row is None:
            raise NotFound(GONE)
        if row.owner != owner:
            raise NotYours("That answer was somebody else's.")
        return GetSchedule.model_validate_json(row.arguments)

    async def forget_old(self) -> None:
        """Drop what nobody asked to see: a chore of `finishing.Upkeep`."""
        async with self._database.session() as session:
            await session.execute(delete(RestRow).where(RestRow.at < self._clock.now() - KEPT))


async def with_rest(rests: Rests, owner: PersonId, card: Card, rest: GetSchedule | None) -> Card:
    """The card, with a button for what did not fit on it."""
    if rest is None:
        return card
    more = Button(label=LABEL, value=f"more:{await rests.keep(owner, rest)}")
    return replace(card, buttons=(*card.buttons, more))


class RestPresses:
    """Answers presses on More."""

    def __init__(self, rests: Rests, contexts: Contexts, speaking: Speaking) -> None:
        self._rests = rests
        self._contexts = contexts
        self._speaking = speaking

    async def more(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Tell the next page, below; looked up anew. Raises NotFound, NotYours."""
        asked = await self._rests.find(subject, hearing.me.id)
        try:
            result = await get_schedule.run(self._contexts.of(hearing), asked)
        except (ToolMisused, ToolRefused) as err:
            await self._speaking.say(hearing.place, hearing.sender, str(err), private=True)
            return
        words = on_each_clock(message(result.text), result.moments)
        card = await with_rest(self._rests, hearing.me.id, words, result.rest)
        await self._speaking.post(hearing.place, hearing.sender, card, private=result.private)
