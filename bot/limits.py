"""What a turn may do: pure decisions, and the ledger they are taken from. The doing is `turn`."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.llm.model import ModelUnavailable, Stop, ToolCall
from bot.tools.answering import is_public
from bot.tools.tool import ToolKind
from bot.tools.toolbox import Returned
from bot.transcript import Part, ToolReturned


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """How far one turn may go."""

    rounds: int = 5
    """Replies of the model whose calls are run."""
    calls: int = 16
    """Calls in one reply; a model that sends more is flooding, and none of them is run."""
    misuses: int = 2
    """How often one tool may be called wrongly."""
    text: int = 8_000
    """Characters of one reply; what is longer is cut."""
    patience: timedelta = timedelta(seconds=120)
    """How long one reply may take from its beginning to its end."""


class Ledger:
    """What was called in this turn, so that nothing is called twice or wrongly again and again."""

    def __init__(self, limits: TurnLimits) -> None:
        self._limits = limits
        self._misuses: Counter[str] = Counter()
        self._called: dict[str, ToolKind | None] = {}

    def objection(self, call: ToolCall, kind: ToolKind | None) -> str | None:
        """Why a call is not to be run, or None; a call that may be run counts as called from here."""
        if self._misuses[call.tool] >= self._limits.misuses:
            return f"{call.tool} was called wrongly too often. Ask the person one short question."
        key = _key(call)
        if key in self._called:
            return "That was called before with the same arguments. Its answer stands above: use it."
        self._called[key] = kind
        return None

    def note(self, returned: Returned, kind: ToolKind | None) -> None:
        """Remember how a call went; after something was noted down, looking again is no repetition."""
        if returned.misused:
            self._misuses[returned.part.tool] += 1
        elif kind is ToolKind.NOTES and returned.result is not None:
            self._called = {
                key: of for key, of in self._called.items() if of is not ToolKind.READS
            }


def _key(call: ToolCall) -> str:
    return call.tool + json.dumps(dict(call.arguments), sort_keys=True, default=str)


def batches(
    calls: Iterable[ToolCall], kind: Callable[[str], ToolKind | None]
) -> list[list[ToolCall]]:
    """Calls in the order they were made: neighbouring reads together, all others alone."""
    found: list[list[ToolCall]] = []
    reading = False
    for call in calls:
        reads = kind(call.tool) is ToolKind.READS
        if reads and reading:
            found[-1].append(call)
        else:
            found.append([call])
        reading = reads
    return found


def check_reply(name: str, text: str, calls: Sequence[ToolCall], stop: Stop) -> None:
    """Raise ModelUnavailable for a reply that can't be acted on."""
    if calls and stop is Stop.CUT:
        raise ModelUnavailable(f"{name} was cut off in the middle of a call; nothing was run.")
    if stop is Stop.CALLED and not calls:
        raise ModelUnavailable(f"{name} meant to call a tool and named none.")
    if stop is Stop.ANSWERED and not calls and not text.strip():
        raise ModelUnavailable(f"{name} answered nothing.")


def is_waiting(returned: Iterable[Returned]) -> bool:
    """Whether the turn is over: a proposal waits, and there is no call left to correct."""
    known = tuple(returned)
    return any(one.result is not None and one.result.proposed is not None for one in known) and (
        not any(one.misused for one in known)
    )


def told_by_tools(returned: Iterable[Returned]) -> str:
    """What tools told, in words for the person: what cards and Undo lines will say is left out."""
    told = (_told(one) for one in returned)
    return "\n\n".join(text for text in told if text)


def _told(returned: Returned) -> str:
    if returned.result is None:
        return "" if returned.misused or returned.repeated else returned.part.content
    if returned.result.proposed is not None or returned.result.undo is not None:
        return ""
    return returned.result.text


def is_private(heard: Iterable[Part], returned: Sequence[Returned], *, by_rules: bool) -> bool:
    """Whether an answer is for the asker alone (law 9).

    What a rule-based model says comes from this turn's results. Any other model may say again what
    it heard before, or what stands in its prompt: its answer is public only when all of that is.
    """
    if any(one.private for one in returned):
        return True
    if by_rules:
        return False
    if not any(one.result is not None for one in returned):
        return True
    return any(isinstance(part, ToolReturned) and not is_public(part) for part in heard)
