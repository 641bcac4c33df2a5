"""Answering a message: a turn with the model, then its cards and words, then the transcript."""

from dataclasses import replace
from typing import Protocol

from sqlalchemy import Connection

from bot.briefing import brief
from bot.chat.cards import Card, CardKind, message
from bot.chat.messages import IncomingMessage
from bot.chat.platform import Stream
from bot.choosing import Choosing, Chosen
from bot.contexts import Contexts
from bot.decisions import Decisions
from bot.limits import TurnLimits
from bot.llm.model import ModelRequest, Setting
from bot.lookups import with_lookups
from bot.notes import Notes
from bot.prompt import prompt_for
from bot.rests import Rests, with_rest
from bot.showing import noted_card, with_links
from bot.speaking import Hearing, Speaking
from bot.store import Conversations, People
from bot.tools.finding import owners_of
from bot.tools.tool import Opening
from bot.tools.toolbox import Toolbox
from bot.transcript import UserSaid
from bot.turn import TurnResult, run_turn
from bot.viewers import on_each_clock
from calendar_core.calendars import calendars_of
from calendar_core.changes.change import PendingChange
from calendar_core.database import Database

LONGEST_MESSAGE = 10_000
"""Characters of a message that are read."""


class Openings(Protocol):
    """Shows how an account is linked."""

    async def open(self, hearing: Hearing, opening: Opening) -> None:
        """Show it to the asker alone."""
        ...


class Talking:
    """Turns messages into answers."""

    def __init__(
        self,
        choosing: Choosing,
        toolbox: Toolbox,
        contexts: Contexts,
        desk: Decisions,
        notes: Notes,
        conversations: Conversations,
        rests: Rests,
        speaking: Speaking,
        people: People,
        database: Database,
        openings: Openings,
        limits: TurnLimits | None = None,
    ) -> None:
        self._limits = limits or TurnLimits()
        self._openings = openings
        self._people = people
        self._database = database
        self._choosing = choosing
        self._toolbox = toolbox
        self._contexts = contexts
        self._desk = desk
        self._notes = notes
        self._conversations = conversations
        self._rests = rests
        self._speaking = speaking

    async def answer(self, hearing: Hearing, incoming: IncomingMessage) -> None:
        """Play a turn and say what came of it."""
        watching = _Watching(hearing, self._speaking)
        async with self._choosing.turn(hearing) as chosen:
            refused = chosen.allowance.refused
            if refused is None:
                result = await self._play(hearing, incoming, chosen, watching)
        if refused is not None:
            await self._speaking.say(hearing.place, hearing.sender, refused, private=True)
            return
        if incoming.is_unseen and not result.results:
            result = replace(result, private=True)
        await self._say(hearing, result, watching, chosen.notice)

    async def _play(
        self, hearing: Hearing, incoming: IncomingMessage, chosen: Chosen, watching: "_Watching"
    ) -> TurnResult:
        context = self._contexts.of(hearing, incoming.text)
        conversation, setting = await self._database.read(
            lambda connection: (
                self._conversations.read(connection, hearing.key, hearing.me.id, chosen.remembers),
                self._setting(connection, hearing),
            )
        )
        said = UserSaid(
            text=incoming.text[:LONGEST_MESSAGE], speaker=hearing.me.name, at=hearing.now
        )
        opening = ModelRequest(
            prompt="" if self._choosing.goes_by_rules(chosen.model) else prompt_for(setting),
            parts=conversation.parts,
            tools=self._toolbox.specs(setting),
            setting=setting,
        )
        if chosen.notice:
            await watching.on_text(f"{chosen.notice}\n\n")
        briefing = await brief(self._toolbox, context, chosen.model.capabilities)
        if briefing is not None and briefing.status:
            await watching.on_status(briefing.status)
        result = await run_turn(
            opening,
            said,
            model=chosen.model,
            fallback=self._choosing.fallback,
            toolbox=self._toolbox,
            context=context,
            listener=watching,
            limits=self._limits,
            briefing=briefing,
            budget=chosen.allowance,
        )
        await self._conversations.append(hearing.key, hearing.me.id, result.parts)
        self._choosing.played(hearing, chosen, result)
        return result

    async def setting(self, hearing: Hearing) -> Setting:
        """What a model is told of who speaks, where and when."""
        return await self._database.read(lambda connection: self._setting(connection, hearing))

    def _setting(self, connection: Connection, hearing: Hearing) -> Setting:
        """All in one unit of work: a message has few of them."""
        me, calendars = hearing.me.id, hearing.calendars
        if not hearing.place.is_private or not calendars:
            owners = owners_of(self._contexts.of(hearing))
            calendars = calendars_of(connection, owners)
        names = self._people.read_names_near(connection, me)
        waiting = self._desk.read_open(connection, hearing.place.key, me)
        return Setting(
            now=hearing.now,
            zone=hearing.me.zone,
            speaker=hearing.me.name,
            in_channel=not hearing.place.is_private,
            place_name=hearing.place.name,
            people=names.people,
            groups=names.groups,
            calendars=tuple(one.name for one in calendars),
            policy=hearing.me.policy,
            clock_24h=hearing.me.preferences.clock_24h,
            default_length=hearing.me.preferences.default_length,
            open_cards=len(waiting),
        )

    async def _say(
        self, hearing: Hearing, result: TurnResult, watching: "_Watching", notice: str
    ) -> None:
        for one in result.noted:
            await watching.finish(noted_card(one), private=result.private)
        if text := "\n\n".join(one for one in (notice, _words_beside(result)) if one):
            rest = next((one.rest for one in result.results if one.rest is not None), None)
            clocks = [moment for one in result.results for moment in one.moments]
            words = on_each_clock(message(text), clocks)
            card = await with_rest(self._rests, hearing.me.id, words, rest)
            links = [link for one in result.results for link in one.links]
            card = with_lookups(with_links(card, links), result)
            await watching.finish(card, private=result.private)
        for change in result.proposed:
            await self._show(hearing, change, watching)
        for one in result.results:
            if one.asked is not None:
                await self._speaking.show_note(hearing, await self._notes.get(one.asked.id))
            if one.opens is not None:
                await self._openings.open(hearing, one.opens)

    async def _show(self, hearing: Hearing, change: PendingChange, watching: "_Watching") -> None:
        await self._replace_older(hearing, change)
        stream = watching.take_stream()
        await self._speaking.show_change(hearing, change, stream=stream)

    async def _replace_older(self, hearing: Hearing, newer: PendingChange) -> None:
        """Edit the cards that this change supersedes, so that one card stands where two would."""
        for older in await self._desk.superseded_by(newer):
            await self._speaking.redraw_change(hearing.me, older)


def _words_beside(result: TurnResult) -> str:
    """What the model says beside the lines of what was noted."""
    lines = [one.text for one in result.noted]
    if not lines:
        return result.text
    others = [one for one in result.results if one.undo is None and one.text]
    return result.text if others and result.text not in (*lines, "\n\n".join(lines)) else ""


class _Watching:
    """Shows a turn while it runs: the status always, the words where only the asker reads them."""

    def __init__(self, hearing: Hearing, speaking: Speaking) -> None:
        self._hearing = hearing
        self._speaking = speaking
        self._stream: Stream | None = None
        self._tried = False

    async def on_text(self, delta: str) -> None:
        """Stream in direct messages; in a channel an answer may be private (law 9)."""
        if not self._hearing.place.is_private:
            return
        if not self._tried:
            self._tried = True
            self._stream = await self._speaking.stream(self._hearing)
        if self._stream is not None:
            await self._stream.append(delta)

    async def on_status(self, line: str) -> None:
        """A quiet line of what was looked at."""
        await self._speaking.status(self._hearing, line)

    def take_stream(self) -> Stream | None:
        """The answer in the making, to be finished by whoever takes it; None when there is none."""
        stream, self._stream = self._stream, None
        return stream

    async def finish(self, card: Card, *, private: bool) -> None:
        """Replace what was streamed by the finished answer."""
        card = replace(card, kind=CardKind.MESSAGE)
        stream = self.take_stream()
        if stream is not None:
            await stream.finish(card)
            return
        await self._speaking.post(self._hearing.place, self._hearing.sender, card, private=private)
