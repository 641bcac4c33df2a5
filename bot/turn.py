"""One turn: a person wrote, the model answers with words or calls tools, until there is an answer.

A turn never writes to a calendar: what a tool proposes waits on its card, and the turn ends there.
How far a turn may go is `limits`, hearing a model out is `hearing`, running a tool
`bot.tools.toolbox`, showing the outcome `engine`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.addresses import known_to
from bot.briefing import Briefing
from bot.compacting import compacted
from bot.hearing import BrokenOff, Reply, hear
from bot.limits import (
    Ledger,
    TurnLimits,
    batches,
    claims_too_much,
    has_heard_private,
    is_private,
    is_waiting,
    told_by_tools,
)
from bot.llm.measure import tokens_of
from bot.llm.model import LanguageModel, ModelRequest, ModelUnavailable, Stop, ToolCall
from bot.replies import FALLBACK, TOO_MANY_ROUNDS
from bot.showable import Words, shown
from bot.spending import Spent
from bot.tools.answering import heard_strangers
from bot.tools.noting import AskedNote
from bot.tools.overhearing import as_told, orders_among, repeats
from bot.tools.tool import ProposeContext, ToolKind, ToolResult
from bot.tools.toolbox import Outcome, Returned, Toolbox, unanswered
from bot.transcript import AssistantSaid, Part, ToolCalled, ToolReturned, UserSaid
from calendar_core.changes.change import PendingChange

log = logging.getLogger(__name__)

NOTHING_DONE = "(I changed nothing just now. Before I do, a card asks you.)"
ANSWER, LEAST_CONTEXT = 2_000, 1_000
"""Tokens that are left for an answer; that a conversation is given at least."""
CANNOT = "I can't help with that. Ask me about your calendar."


class TurnListener(Protocol):
    """Who watches a turn. Never fails. In a channel nothing private may be shown by it (law 9)."""

    async def on_text(self, delta: str) -> None:
        """More words of an answer in the making; `TurnResult.text` replaces them in the end."""
        ...

    async def on_status(self, line: str) -> None:
        """A quiet line of what was looked at."""
        ...


class Budget(Protocol):
    """How much asking a model may take, in this turn and altogether."""

    async def refusal(self, reads: int) -> str | None:
        """Why a model may not be asked that would read about so many tokens: words for the person,
        empty when they were told; None: it may be, and that counts until `took`."""
        ...

    def took(self, spent: Spent) -> None:
        """What it was in the end."""
        ...


class _Over(Exception):
    """The model may not be asked any more; in words for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What came of a turn."""

    parts: tuple[Part, ...]
    """To be kept: what the person said first, then all that followed; each call has its answer."""
    text: str
    """The answer in words; empty when cards and Undo lines say everything."""
    results: tuple[ToolResult, ...] = ()
    """Everything that tools found or did, in order."""
    private: bool = True
    """Whether the answer is for the asker alone."""
    strangers_text: bool = False
    """Whether text of strangers was read."""
    model: str = ""
    """Which model answered in the end."""
    by_rules: bool = False
    """Whether rules answered in the end, whose words are the tools' own."""
    spent: Spent = field(default_factory=Spent)
    """What asking the model took that was to answer; rules take nothing."""

    @property
    def proposed(self) -> tuple[PendingChange, ...]:
        """The changes that now wait for a press, in order: each gets its card."""
        return tuple(one.proposed for one in self.results if one.proposed is not None)

    @property
    def asked(self) -> tuple[AskedNote, ...]:
        """The notes that now wait for a press, in order."""
        return tuple(one.asked for one in self.results if one.asked is not None)

    @property
    def noted(self) -> tuple[ToolResult, ...]:
        """What was noted at once: each gets its line with Undo."""
        return tuple(one for one in self.results if one.undo is not None)


async def run_turn(
    opening: ModelRequest,
    said: UserSaid,
    *,
    model: LanguageModel,
    fallback: LanguageModel,
    toolbox: Toolbox,
    context: ProposeContext,
    listener: TurnListener,
    limits: TurnLimits | None = None,
    briefing: Briefing | None = None,
    budget: Budget | None = None,
) -> TurnResult:
    """Play a turn to its end.

    `opening` holds the conversation so far without `said`. When the model is unavailable or over
    its budget, also in the middle, the fallback plays the turn from its beginning and says so. The
    fallback goes by rules; so does a model of the same name. A tool's bug is raised as it is.
    `briefing` is what a model without tool calls is told of the days ahead; rules look themselves.
    """
    limits = limits or TurnLimits()
    turn = _Turn(opening, said, toolbox, context, listener, limits, briefing, budget)
    by_rules = model.name == fallback.name
    try:
        return await turn.play(model, by_rules=by_rules)
    except _Over as over:
        return await turn.take_over(fallback, str(over))
    except ModelUnavailable as err:
        log.warning("model unavailable name=%s why=%s", model.name, err)
        if by_rules:
            return turn.stuck()
        return await turn.take_over(fallback, FALLBACK)


class _Turn:
    """A turn while it is played: what was said, called and returned so far."""

    def __init__(
        self,
        opening: ModelRequest,
        said: UserSaid,
        toolbox: Toolbox,
        context: ProposeContext,
        listener: TurnListener,
        limits: TurnLimits,
        briefing: Briefing | None,
        budget: Budget | None,
    ) -> None:
        self._budget = budget
        self._opening = opening
        self._orders = orders_among(opening.setting.names)
        self._briefing = briefing
        self._parts: list[Part] = [said]
        self._toolbox = toolbox
        self._context = self._opening_context = context
        self._listener = listener
        self._limits = limits
        self._ledger = Ledger(limits)
        self._returned: list[Returned] = []
        self._by_rules = False
        self._name = ""
        self._spent = Spent()

    async def play(self, model: LanguageModel, *, by_rules: bool) -> TurnResult:
        """Ask, call, ask again. Raises ModelUnavailable and _Over."""
        self._name, self._by_rules = model.name, by_rules
        if by_rules:
            self._briefing = None
        if not by_rules and (self._orders or any(heard_strangers(one) for one in self._heard)):
            self._taint()
        if not by_rules and has_heard_private(self._heard):
            self._hush()
        self._overhear(())
        for round_ in range(self._limits.rounds + 1):
            may_call = round_ < self._limits.rounds
            reply = await self._ask(model, may_call=may_call)
            if not reply.calls:
                return self._answered(reply)
            if not may_call:
                break
            returned = await self._call_all(reply)
            if is_waiting(returned):
                return self._result(told_by_tools(returned))
        if by_rules or self._has_acted():
            return self.stuck()
        raise ModelUnavailable(f"{self._name} went round in circles.")

    @property
    def _heard(self) -> tuple[Part, ...]:
        """What the model was told before it was asked."""
        briefed = (self._briefing.part,) if self._briefing else ()
        return (*self._opening.parts, *briefed)

    async def take_over(self, fallback: LanguageModel, why: str) -> TurnResult:
        """Let the fallback play the turn afresh, unless something was done: never do it twice."""
        await self._tell(f"\n\n{why}\n\n" if why else "")
        if self._has_acted():
            ended = self.stuck()
        else:
            ended = await self._afresh(fallback)
        return replace(ended, text="\n\n".join(text for text in (why, ended.text) if text))

    async def _afresh(self, fallback: LanguageModel) -> TurnResult:
        self._parts = self._parts[:1]
        self._returned = []
        self._ledger = Ledger(self._limits)
        self._context = self._opening_context
        try:
            return await self.play(fallback, by_rules=True)
        except ModelUnavailable as err:
            log.warning("fallback unavailable name=%s why=%s", fallback.name, err)
            return self.stuck()

    def _has_acted(self) -> bool:
        return any(
            one.result is not None and self._toolbox.kind(one.part.tool) is not ToolKind.READS
            for one in self._returned
        )

    async def _ask(self, model: LanguageModel, *, may_call: bool) -> Reply:
        offered = self._opening.tools
        if self._by_rules:
            offered = self._toolbox.known(self._opening.setting)
        request = replace(
            self._opening,
            parts=(*self._opening.parts, *self._parts),
            tools=offered if may_call else (),
            agenda=self._briefing.part.content if self._briefing else "",
        )
        if self._by_rules:
            return await hear(model, request, self._listener.on_text, self._limits)
        request = replace(request, parts=self._parts_for(model, request))
        reads = tokens_of(request)
        if self._budget is not None and (over := await self._budget.refusal(reads)) is not None:
            raise _Over(over)
        tools = [spec.name for spec in self._opening.tools]
        may_show = known_to(_said_by_others((*self._heard, *self._parts)))
        words = Words(tools, may_show)
        try:
            reply = await hear(model, request, self._told_by(words), self._limits)
        except BrokenOff as err:
            self._took(Spent(calls=1, tokens_in=reads, tokens_out=err.written))
            raise
        except ModelUnavailable:
            self._took(Spent(calls=1))
            raise
        self._took(reply.took(reads))
        await self._tell(words.rest())
        return replace(reply, text=shown(reply.text, tools, may_show))

    def _took(self, spent: Spent) -> None:
        self._spent += spent
        if self._budget is not None:
            self._budget.took(spent)

    def _parts_for(self, model: LanguageModel, request: ModelRequest) -> tuple[Part, ...]:
        """What was said so far, as much of it as the model can be sent."""
        rest = tokens_of(replace(request, parts=())) + ANSWER
        room = min(self._limits.context, model.capabilities.context - rest)
        return compacted(self._opening.parts, self._parts, max(room, LEAST_CONTEXT))

    def _told_by(self, words: Words) -> Callable[[str], Awaitable[None]]:
        """Shows what a model says, as far as it is for people."""

        async def tell(delta: str) -> None:
            await self._tell(words.add(delta))

        return tell

    async def _tell(self, text: str) -> None:
        if text:
            await self._listener.on_text(text)

    async def _call_all(self, reply: Reply) -> list[Returned]:
        """Run the calls of a reply; reads side by side, all else in order."""
        returned: list[Returned] = []
        for batch in batches(reply.calls, self._toolbox.kind):
            async with _unwrapped(), asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._call(call)) for call in batch]
            returned += [task.result() for task in tasks]
            if any(heard_strangers(one.part) for one in returned):
                self._taint()
            if not self._by_rules and any(one.private for one in returned):
                self._hush()
            self._overhear(one.part for one in returned)
        self._keep(reply, returned)
        return returned

    async def _call(self, call: ToolCall) -> Returned:
        kind = self._toolbox.kind(call.tool)
        objection = self._ledger.objection(call, kind)
        if objection is not None:
            return unanswered(call, objection, Outcome.SKIPPED)
        returned = await self._toolbox.call(call, self._context)
        self._ledger.note(returned, kind)
        if returned.result is not None and returned.result.status:
            await self._listener.on_status(returned.result.status)
        return returned

    def _keep(self, reply: Reply, returned: list[Returned]) -> None:
        if (said := reply.said) is not None:
            self._parts.append(said)
        self._parts += [
            ToolCalled(id=call.id, tool=call.tool, arguments=call.arguments) for call in reply.calls
        ]
        self._parts += [one.part for one in returned]
        self._returned += returned

    def _taint(self) -> None:
        """From here on, whatever is proposed or noted may come of strangers' words (law 3)."""
        self._context = replace(self._context, saw_strangers_text=True)

    def _overhear(self, returned: Iterable[Part]) -> None:
        """What a proposal says may come from whatever was told so far."""
        parts = (*self._heard, *self._parts, *returned)
        told = [part.content for part in parts if isinstance(part, ToolReturned) and part.ok]
        self._context = replace(self._context, heard=(*told, *as_told(self._orders)))

    def _hush(self) -> None:
        """From here on, whatever is drawn up may say again what is private: no channel sees it
        before its owner did (law 9)."""
        self._context = replace(self._context, heard_private=True)

    def _answered(self, reply: Reply) -> TurnResult:
        text = reply.text.strip()
        if not text and reply.finished.stop is Stop.REFUSED:
            text = CANNOT
        if not text and not self._returned:
            raise ModelUnavailable(f"{self._name} answered nothing.")
        if not text:
            return self._result(told_by_tools(self._returned))
        if not self._by_rules and claims_too_much(text, self._opening.parts, self._returned):
            text = f"{text}\n\n{NOTHING_DONE}"
        finished = reply.finished
        return self._told(text, asks_for=finished.asks_for, known=finished.known)

    def stuck(self) -> TurnResult:
        """The turn, ended without an answer: what was done or proposed stands, and is told."""
        if self._has_acted():
            return self._result(told_by_tools(self._returned))
        return self._told(TOO_MANY_ROUNDS)

    def _told(
        self, text: str, *, asks_for: str | None = None, known: Mapping[str, Any] | None = None
    ) -> TurnResult:
        """The turn, ended in words."""
        now = self._context
        strange = now.saw_strangers_text and (self._by_rules or repeats(text, now.heard))
        said = AssistantSaid(
            text=text, asks_for=asks_for, known=known or {}, strangers_text=strange
        )
        self._parts.append(said)
        return self._result(text)

    def _result(self, text: str) -> TurnResult:
        said, *after = self._parts
        return TurnResult(
            parts=(said, *(self._briefing.kept if self._briefing else ()), *after),
            text=text,
            results=tuple(one.result for one in self._returned if one.result is not None),
            private=is_private(self._heard, self._returned, by_rules=self._by_rules),
            strangers_text=self._context.saw_strangers_text,
            model=self._name,
            by_rules=self._by_rules,
            spent=self._spent,
        )


def _said_by_others(parts: Iterable[Part]) -> Iterator[str]:
    """What the person said, and what tools told: all that no model worded."""
    for part in parts:
        if isinstance(part, UserSaid):
            yield part.text
        elif isinstance(part, ToolReturned):
            yield part.content


@asynccontextmanager
async def _unwrapped() -> AsyncIterator[None]:
    """Raise a task's bug as it is: the group around it tells nobody anything."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
