"""What the conversation so far means for the next words: what was asked, proposed, done and shown.

All of it is read off the transcript; nothing is kept here between two replies.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.transcript import (
    AssistantSaid,
    Happened,
    Interrupted,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)

PROPOSING = frozenset(
    {
        "create_event",
        "book_meeting",
        "update_event",
        "delete_event",
        "add_participants",
        "respond_to_invitation",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A tool that was called, and what it returned."""

    tool: str
    arguments: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """The events that it told of."""
        told = self.facts.get("events")
        if isinstance(told, list):
            return tuple(one for one in told if isinstance(one, dict))
        return (self.facts,) if self.facts.get("title") or self.facts.get("ref") else ()

    def options(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """What it gave to choose from: `which` or `slots`."""
        told = self.facts.get(name)
        return tuple(one for one in told if isinstance(one, dict)) if isinstance(told, list) else ()


def in_order(events: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Events as a list shows them: by day, those with an hour before whole days."""
    return tuple(
        sorted(
            events,
            key=lambda one: (
                str(one.get("start") or "")[:10],
                bool(one.get("all_day")),
                str(one.get("start") or ""),
            ),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Where the conversation stands before the newest words."""

    asked: AssistantSaid | None = None
    """The question that was asked last, if the newest words come right after it."""
    choice: Called | None = None
    """A call that found several candidates."""
    slots: Called | None = None
    """A call that offered free slots."""
    wishes: tuple[str, ...] = ()
    """In what words the slots were sought, the newest last."""
    waiting: Called | None = None
    """A proposal whose card is still open."""
    behind: Called | None = None
    """A proposal whose card is still open, though something else was looked at since."""
    applied: Called | None = None
    """The last change that was confirmed and written."""
    noted: Called | None = None
    """The last reminder or preference that was noted at once."""
    outcome: str = ""
    """How the last thing that can be undone was told."""
    looked: Called | None = None
    """The last look at the calendar."""
    focus: Mapping[str, Any] | None = None
    """What "it" means: `ref`, `title`, `when` of one event."""


def remember(parts: Sequence[Part]) -> Memory:
    """The memory of a transcript up to the newest words, which are left out."""
    memory, said = Memory(), ""
    calls: dict[str, ToolCalled] = {}
    for part in parts:
        match part:
            case UserSaid():
                memory, said = _asking(memory, None), part.text
            case AssistantSaid():
                memory = _asking(memory, part if part.asks_for else None)
            case ToolCalled():
                calls[part.id] = part
            case ToolReturned():
                memory = _returned(memory, part, calls.get(part.id), said)
            case Happened():
                memory = _happened(memory, part)
            case Interrupted():
                pass
    return memory


def _asking(memory: Memory, asked: AssistantSaid | None) -> Memory:
    """The memory with the question; once something else is asked, no reminder is corrected."""
    noted = memory.noted
    if noted is not None and asked is not None and asked.asks_for != noted.tool:
        noted = None
    if memory.asked is asked and memory.noted is noted:
        return memory
    return replace(memory, asked=asked, noted=noted)


def facts_of(returned: ToolReturned) -> Mapping[str, Any]:
    """What a tool returned, as data; a plain sentence becomes its text."""
    try:
        facts = json.loads(returned.content)
    except ValueError:
        return {"text": returned.content}
    return facts if isinstance(facts, dict) else {"text": str(facts)}


def _returned(memory: Memory, part: ToolReturned, call: ToolCalled | None, said: str) -> Memory:
    if not part.ok:
        return memory
    facts = facts_of(part)
    called = Called(tool=part.tool, arguments=dict(call.arguments) if call else {}, facts=facts)
    if facts.get("which"):
        return replace(memory, choice=called, slots=None)
    if facts.get("proposed"):
        focus = called.events[0] if len(called.events) == 1 else None
        focus = focus or memory.focus
        return replace(memory, waiting=called, behind=None, noted=None, focus=focus)
    if facts.get("done"):
        told = str(facts.get("text") or "") if part.tool == "set_preferences" else ""
        focus = facts if facts.get("title") and facts.get("ref") else memory.focus
        outcome = told or memory.outcome
        return replace(memory, noted=called, waiting=None, outcome=outcome, focus=focus)
    if part.tool in PROPOSING or facts.get("none"):
        return memory
    one = called.events[0] if len(called.events) == 1 else None
    offers = bool(called.options("slots")) or part.tool == "check_availability"
    return replace(
        memory,
        looked=called,
        noted=None,
        slots=called if offers else None,
        wishes=(*_same_wish(memory, called), said) if offers else (),
        choice=None,
        waiting=None,
        behind=memory.waiting or memory.behind,
        applied=None,
        focus=one or memory.focus,
    )


def _same_wish(memory: Memory, called: Called) -> tuple[str, ...]:
    """The earlier words, when the same people's time is sought again."""
    before = memory.slots.arguments.get("who") if memory.slots else ()
    return memory.wishes[-3:] if before == called.arguments.get("who") else ()


def _happened(memory: Memory, part: Happened) -> Memory:
    called = Called(
        tool=str(part.facts.get("tool") or (memory.waiting.tool if memory.waiting else "")),
        arguments=memory.waiting.arguments if memory.waiting else {},
        facts=part.facts,
    )
    if part.what == "superseded":
        return memory
    if part.what == "applied":
        focus = called.events[0] if len(called.events) == 1 else memory.focus
        gone = called.tool == "delete_event" or any(e.get("gone") for e in called.events)
        return replace(
            memory,
            applied=called,
            outcome=part.text,
            waiting=None,
            behind=None,
            noted=None,
            choice=None,
            slots=None,
            focus=None if gone else focus,
        )
    if part.what == "undone":
        return replace(memory, applied=None, outcome="")
    return replace(memory, waiting=None, behind=None)
