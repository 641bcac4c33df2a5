"""What an assistant proposed, and what became of it: told to that assistant alone, which can do no
more about it than ask."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from bot.assistant_tokens import Assistant
from bot.decisions import Decisions
from bot.llm.model import ToolCall
from bot.notes import Note, Notes, NoteStatus
from bot.outcomes import outcome_words
from bot.tools.answering import result_json
from bot.tools.tool import ToolContext, ToolResult
from bot.tools.toolbox import Outcome, Returned, unanswered
from bot.transcript import ToolReturned
from bot.wording import say_when
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange
from calendar_core.errors import NotFound

PENDING = "pending_changes"
"""The tool's name."""
UNKNOWN = "There is no such proposal of yours. Leave the id out for what waits."
WRONG = "`id` is a text, and the only argument. Correct it and call again."
_EVENTS = 5
_IDS = re.compile(r"[0-9a-f-]{8,40}")


class Waiting:
    """Looks at the proposals of one assistant."""

    def __init__(self, desk: Decisions, notes: Notes) -> None:
        self._desk = desk
        self._notes = notes

    async def count(self, assistant: Assistant) -> int:
        """How many cards of it wait for the person."""
        changes = await self._desk.open_in(assistant.place, assistant.person)
        return len(changes) + len(await self._notes.waiting_in(assistant.place, assistant.person))

    async def returned(
        self, assistant: Assistant, ctx: ToolContext, arguments: Mapping[str, Any]
    ) -> Returned:
        """Answer a call of the tool."""
        call = ToolCall(id=uuid4().hex, tool=PENDING, arguments=arguments)
        id_ = arguments.get("id") or ""
        if not isinstance(id_, str) or set(arguments) - {"id"}:
            return unanswered(call, WRONG, Outcome.MISUSED)
        if not id_:
            found = await self._open(assistant, ctx)
        else:
            one = await self._one(assistant, ctx, id_)
            if one is None:
                return unanswered(call, UNKNOWN, Outcome.REFUSED)
            found = [one]
        result = ToolResult(
            text="" if found else "Nothing waits.",
            facts={"changes": found},
            strangers_text=True,
        )
        part = ToolReturned(id=call.id, tool=PENDING, content=result_json(result))
        return Returned(part=part, outcome=Outcome.DONE, result=result)

    async def _open(self, assistant: Assistant, ctx: ToolContext) -> list[dict[str, Any]]:
        changes = await self._desk.open_in(assistant.place, assistant.person)
        notes = await self._notes.waiting_in(assistant.place, assistant.person)
        told = [_told(change, ctx) for change in changes]
        return [*told, *(_told_note(note) for note in notes)]

    async def _one(self, assistant: Assistant, ctx: ToolContext, id_: str) -> dict[str, Any] | None:
        """Of this assistant's own; None for any other, so that nothing is learned of those."""
        if _IDS.fullmatch(id_) is None:
            return None
        try:
            change = await self._desk.get(ChangeId(id_))
        except NotFound:
            return await self._note(assistant, id_)
        if (change.place, change.owner) != (assistant.place, assistant.person):
            return None
        return _told(change, ctx)

    async def _note(self, assistant: Assistant, id_: str) -> dict[str, Any] | None:
        try:
            note = await self._notes.get(id_)
        except NotFound:
            return None
        if (note.place, note.owner) != (assistant.place, assistant.person):
            return None
        return _told_note(note)


def _told(change: PendingChange, ctx: ToolContext) -> dict[str, Any]:
    waits = {
        ChangeStatus.PROPOSED: "the person's press on the card",
        ChangeStatus.ASKED: "the person's choice of how much of the series",
    }
    told: dict[str, Any] = {"id": change.id, "state": change.status.value}
    if change.is_open and change.expires_at <= ctx.now:
        told["state"] = ChangeStatus.EXPIRED.value
    elif change.is_open:
        told["waits_for"] = waits[change.status]
    else:
        told["told"] = outcome_words(change, ctx.zone, ctx.now)[0]
    if change.superseded_by:
        told["replaced_by"] = change.superseded_by
    return {**told, "events": _events(change, ctx)}


def _events(change: PendingChange, ctx: ToolContext) -> Sequence[Mapping[str, str]]:
    events = [one.after or one.before for one in change.glimpses[:_EVENTS]]
    return [
        {"title": one.title, "when": say_when(one.when, ctx.zone, ctx.now)}
        for one in events
        if one is not None
    ]


def _told_note(note: Note) -> dict[str, Any]:
    told = {"id": note.id, "state": note.status.value, "question": note.action.question}
    if note.status is NoteStatus.ASKED:
        told["waits_for"] = "the person's press on the card"
    return told
