"""What a tool is: a typed function that reads, proposes or notes.

A tool says one of three things: a result, `ToolMisused` (correct the arguments), `ToolRefused` (it
can't be done).
Which tools there are is `toolbox`; what they take is `arguments`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.allowing import ALL, Allowed
from bot.chat.cards import Link, Moment
from bot.chat.messages import Place, Sender
from bot.people import Person
from bot.tools.arguments import Arguments, GetSchedule
from bot.tools.noting import AskedNote, NoteAction, Noting
from bot.tools.overhearing import overheard, short_title, source_of
from bot.tools.world import World
from bot.wording import say_names
from calendar_core.changes.change import PendingChange, Proposal
from calendar_core.events import Calendar
from calendar_core.people import PersonId
from calendar_core.phrases.meaning import Policy


class ToolKind(StrEnum):
    """What a tool may do at most (law 1)."""

    READS = "reads"
    """Looks, changes nothing."""
    PROPOSES = "proposes"
    """Draws up a change that waits for a press."""
    NOTES = "notes"
    """The speaker's own reminders and preferences, done at once, with Undo."""


class ToolMisused(Exception):
    """The arguments can't be used as they are; the message tells the model what to correct."""


class ToolRefused(Exception):
    """It can't be done; the message is final and meant for the person."""


class Proposals(Protocol):
    """The way of a tool to a change: it may ask, never decide. Joined to the desk in `bot.app`."""

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Store what somebody wants; nothing is written. Raises CalendarError."""
        ...


class Rooms(Protocol):
    """The channels that the asker can look into; the platform is asked afresh."""

    async def calendars(self) -> Sequence[Calendar]:
        """The calendars of those channels."""
        ...

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """Who is in a group of the platform's own, where there is one of that name. Raises
        ToolRefused where the platform does not tell."""
        ...

    async def mail_of(self, person: PersonId) -> str:
        """The mail address that the asker's workspace shows of somebody; empty where none."""
        ...

    async def may_manage(self, place: Place) -> bool:
        """Whether the asker may set how this channel is served. Raises ToolRefused where the
        platform does not tell."""
        ...


class NoRooms:
    """Nobody looks into any channel from here."""

    async def calendars(self) -> Sequence[Calendar]:
        """None."""
        return ()

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """There are no groups."""
        return None

    async def mail_of(self, person: PersonId) -> str:
        """Nobody shows any."""
        return ""

    async def may_manage(self, place: Place) -> bool:
        """No."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """Who asks, where and when, and what may be looked at."""

    me: Person
    """Who asks."""
    place: Place
    now: datetime
    """Aware, in the person's zone."""
    world: World
    """What can be read; holds no desk."""
    channel: PersonId | None = None
    """Whose calendar stands for the channel, where that is not its own: a shared one."""
    rooms: Rooms = field(default_factory=NoRooms)
    """Channels elsewhere whose calendars the asker may see."""
    saw_strangers_text: bool = False
    """Whether this turn read text that strangers wrote (law 3)."""
    said: str = ""
    """What the asker says in this turn."""
    heard: tuple[str, ...] = ()
    """What tools answered in this conversation, as the model read it: where its words may come
    from (`overhearing`)."""
    heard_private: bool = False
    """Whether a model that chooses its own words was told what is private (law 9)."""
    allowed: Allowed = ALL
    """What may be called here; every tool looks before it does anything."""

    @property
    def may_show_all(self) -> bool:
        """Whether a card about a channel's own calendar may stand before everybody: its words come
        from the asker, or from what everybody may read."""
        return not (self.saw_strangers_text or self.heard_private)

    @property
    def person(self) -> PersonId:
        """The asker's id: every query names it (law 9)."""
        return self.me.id

    @property
    def zone(self) -> ZoneInfo:
        """The asker's zone."""
        return self.me.zone

    @property
    def policy(self) -> Policy:
        """What vague words mean for the asker."""
        return self.me.policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeContext(ToolContext):
    """The context of a tool that proposes or notes."""

    proposals: Proposals
    noting: Noting


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How something noted at once is taken back: the button's `verb:id`."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A wish to link an account: its card is shown to the asker alone."""

    what: str
    """Which kind; empty asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool found or did."""

    text: str
    """The answer in words, ready for the person; lines are separated by line breaks."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The same as data, for a model to reason with: JSON values only."""
    proposed: PendingChange | None = None
    """The change that now waits for a press; the turn ends with it."""
    undo: Undo | None = None
    """For what was noted at once."""
    asked: AskedNote | None = None
    """The note that now waits for a press; the turn ends with it."""
    opens: Opening | None = None
    """The card about linking that is to be shown; the turn ends with it."""
    private: bool = True
    """Whether the text holds anyone's own data; in a channel it is then shown to the asker
    alone."""
    strangers_text: bool = False
    """Whether the facts hold text that strangers wrote."""
    links: tuple[Link, ...] = ()
    """Where the asker can join or open what the text is about."""
    rest: GetSchedule | None = None
    """What is still to be looked up, where all did not fit into the text."""
    moments: tuple[Moment, ...] = ()
    """The times of a text that others read too, in the order in which it tells them, each at most
    once a line: a platform shows them on each reader's own clock."""
    status: str = ""
    """A quiet line of what was looked at: "Looked at Tuesday · 3 calendars"."""


A = TypeVar("A", bound=Arguments)
C = TypeVar("C", bound=ToolContext)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[A, C]):
    """One thing that can be called."""

    name: str
    kind: ToolKind
    description: str
    arguments: type[A]
    run: Callable[[C, A], Awaitable[ToolResult]]


def _declare(kind: ToolKind, run: Callable[[C, A], Awaitable[ToolResult]]) -> Tool[A, C]:
    arguments = run.__annotations__["args"]
    words = " ".join((arguments.__doc__ or "").split())
    name = run.__name__

    @wraps(run)
    async def run_if_allowed(ctx: C, args: A) -> ToolResult:
        if (refusal := ctx.allowed.refusal(name)) is not None:
            raise ToolRefused(refusal)
        return await run(ctx, args)

    return Tool(name=name, kind=kind, description=words, arguments=arguments, run=run_if_allowed)


def reads(run: Callable[[ToolContext, A], Awaitable[ToolResult]]) -> Tool[A, ToolContext]:
    """Declare a tool that only looks: its context holds nothing to propose with."""
    return _declare(ToolKind.READS, run)


def proposes(run: Callable[[ProposeContext, A], Awaitable[ToolResult]]) -> Tool[A, ProposeContext]:
    """Declare a tool that draws up a change."""
    return _declare(ToolKind.PROPOSES, run)


def notes(run: Callable[[ProposeContext, A], Awaitable[ToolResult]]) -> Tool[A, ProposeContext]:
    """Declare a tool that notes something of the speaker's own, at once; it may propose instead."""
    return _declare(ToolKind.NOTES, run)


async def note(ctx: ProposeContext, action: NoteAction, **facts: Any) -> ToolResult:
    """Note something at once, or ask first where law 1 wants a card."""
    if action.must_ask or ctx.saw_strangers_text:
        asked = await ctx.noting.ask(ctx.person, ctx.place.key, _marked(ctx, action))
        told = {"proposed": True, "waits_for": "the person's press on the card"} | facts
        return ToolResult(text="", facts=told, asked=asked)
    undo = await ctx.noting.perform(ctx.person, action)
    return ToolResult(text=action.done, facts={"done": True} | facts, undo=Undo(value=undo))


def _marked(ctx: ToolContext, action: NoteAction) -> NoteAction:
    """The same, its card saying which of it came from a stranger's text (law 3)."""
    heard = overheard(ctx.heard) if ctx.saw_strangers_text else ()
    said = (action.question, *action.fields.values())
    sources = dict.fromkeys(source_of(words, heard, ctx.said) for words in said)
    named = [f'"{short_title(one)}"' for one in sources if one is not None]
    if not named:
        return action
    return replace(action, fields={**action.fields, "note": f"from the text of {say_names(named)}"})
