"""Calling a tool as a turn does: through the toolbox, as somebody in some place."""

from dataclasses import replace
from typing import Any

from bot.app.house import make_contexts, make_notes
from bot.chat.messages import Place
from bot.llm.model import ToolCall
from bot.speaking import Hearing
from bot.tools.all import TOOLS
from bot.tools.tool import ToolResult
from bot.tools.toolbox import Outcome, Returned, Toolbox
from tests.bot.house import a_sender, direct
from tests.bot.seeded import Seeded

BOX = Toolbox(TOOLS)


class Asking:
    """Ana with a toolbox in front of a full calendar."""

    def __init__(self, there: Seeded) -> None:
        self.there, self.house = there, there.house
        core = there.house.core
        self._contexts = make_contexts(core, make_notes(core), {"fake": there.house.platform})
        self.by = "Ana"
        self.place: Place | None = None
        self.saw_strangers_text = False
        self.changed: dict[str, Any] = {}
        """What else is different in the context of a call."""

    async def call(self, tool: str, **arguments: Any) -> Returned:
        """What comes back from a call."""
        sender = a_sender(self.by)
        me = await self.house.people.of(sender)
        assert me is not None, f"{self.by} was never here"
        now = self.house.clock.now().astimezone(me.zone)
        place = self.place or direct(self.by)
        context = self._contexts.of(Hearing(place=place, sender=sender, me=me, now=now))
        context = replace(context, saw_strangers_text=self.saw_strangers_text, **self.changed)
        return await BOX.call(ToolCall(id="call", tool=tool, arguments=arguments), context)

    async def __call__(self, tool: str, **arguments: Any) -> ToolResult:
        """The result of a call that works."""
        returned = await self.call(tool, **arguments)
        assert returned.result is not None, returned.part.content
        return returned.result

    async def text(self, tool: str, **arguments: Any) -> str:
        """Its words."""
        return (await self(tool, **arguments)).text

    async def refusal(self, tool: str, **arguments: Any) -> str:
        """The words of a call that can't be done."""
        returned = await self.call(tool, **arguments)
        assert returned.outcome is Outcome.REFUSED, returned
        return returned.part.content

    async def misuse(self, tool: str, **arguments: Any) -> str:
        """What a model is told to correct."""
        returned = await self.call(tool, **arguments)
        assert returned.outcome is Outcome.MISUSED, returned
        return returned.part.content

    async def card(self, tool: str, **arguments: Any) -> str:
        """The card of what a call proposed, as its owner reads it."""
        from bot.confirmations import Reader, card_of
        from tests.bot.drawn import drawn

        result = await self(tool, **arguments)
        assert result.proposed is not None, result.text
        assert result.text == ""
        me = await self.house.people.of(a_sender(self.by))
        assert me is not None
        change = result.proposed
        calendars = await self.house.mirror.calendars((me.id, change.owner, *change.also))
        reader = Reader(
            zone=me.zone,
            now=self.house.clock.now().astimezone(me.zone),
            clock_24h=me.preferences.clock_24h,
            calendars={one.id: one.name for one in calendars},
            me=me.addresses,
        )
        return drawn(card_of(change, reader))
