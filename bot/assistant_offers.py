"""The tools as another assistant sees them, with what each does at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.assistant_waiting import PENDING
from bot.llm.model import ToolSpec
from bot.tools.tool import ToolKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a tool does at most."""

    reads_only: bool
    destroys: bool
    repeats_safely: bool
    reaches_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One tool, as an assistant sees it."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    hints: Hints


_DESTROYS = frozenset({"update_event", "delete_event", "respond_to_invitation", "cancel_reminder"})
_REACHES = frozenset(
    {
        "create_event",
        "book_meeting",
        "update_event",
        "delete_event",
        "add_participants",
        "respond_to_invitation",
    }
)


def offered(spec: ToolSpec) -> Offered:
    reads = spec.kind == ToolKind.READS
    return Offered(
        name=spec.name,
        title=_title(spec.name),
        description=spec.description,
        parameters=spec.parameters,
        hints=Hints(
            reads_only=reads,
            destroys=not reads and spec.name in _DESTROYS,
            repeats_safely=reads,
            reaches_others=spec.name in _REACHES,
        ),
    )


def _title(name: str) -> str:
    """For example "Create event"."""
    return name.replace("_", " ").capitalize()


PENDING_OFFER = Offered(
    name=PENDING,
    title=_title(PENDING),
    description=(
        "What you proposed and what became of it. Without an id: everything that still waits for "
        "the person's press. With an id, as the proposing tool gave it: how that one stands."
    ),
    parameters={
        "type": "object",
        "properties": {"id": {"type": "string", "description": "Of one proposal."}},
        "additionalProperties": False,
    },
    hints=Hints(reads_only=True, destroys=False, repeats_safely=True, reaches_others=False),
)
