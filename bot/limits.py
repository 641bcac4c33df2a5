"""What a turn may do: pure decisions, and the ledger they are taken from. The doing is `turn`."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.llm.model import ToolCall
from bot.tools.answering import is_public, waits_for_press
from bot.tools.tool import ToolKind
from bot.tools.toolbox import Outcome, Returned
from bot.transcript import AssistantSaid, Earlier, Happened, Part, ToolReturned

_CLAIM = re.compile(
    r"(?:^|[.!?:]\s|\n)\W*(?:all )?(?:done|set|booked|moved|cancell?ed|deleted|created|scheduled)\b"
    r"|\bI(?:['’]ve| have)?(?: just| now| already)* (?:moved|booked|cancell?ed|deleted|created"
    r"|scheduled|rescheduled|invited|mailed|sent|added|updated|removed|confirmed|accepted|declined)\b"
    r"|\b(?:has|have) (?:now |just |already )?been (?:moved|booked|cancell?ed|deleted|created"
    r"|scheduled|rescheduled|invited|mailed|sent|added|updated|removed|confirmed|accepted|declined)\b",
    re.IGNORECASE,
)

_DEEDS = (
    frozenset({"created", "booked", "scheduled", "added", "brought"}),
    frozenset({"moved", "rescheduled", "changed", "updated", "added", "removed"}),
    frozenset({"cancelled", "canceled", "deleted", "removed"}),
    frozenset({"invited", "mailed", "sent", "added"}),
    frozenset({"accepted", "declined", "answered", "confirmed"}),
)
"""Words that tell of the same deed, in outcome lines and in claims."""
_WORD = re.compile(r"[a-z]+")
_CAME_TRUE = frozenset({"applied", "undone", "done"})


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
    context: int = 24_000
    """Tokens of a conversation that a model is sent; what is older is told in short."""
    patience: timedelta = timedelta(seconds=120)
    """How long one reply may take from its beginning to its end."""


class Ledger:
    """What was called in this turn, so that nothing is called twice or wrongly again and again."""

    def __init__(self, limits: TurnLimits) -> None:
        self._limits = limits
        self._misuses: Counter[str] = Counter()
        self._called: dict[str, ToolKind | None] = {}

    def objection(self, call: ToolCall, kind: ToolKind | None) -> str | None:
        """Why a call is not to be run, or None; from then on it counts as called."""
        if self._misuses[call.tool] >= self._limits.misuses:
            return f"{call.tool} was called wrongly too often. Ask the person one short question."
        key = _key(call)
        if key in self._called:
            return (
                "That was called before with the same arguments. Its answer stands above: use it."
            )
        self._called[key] = kind
        return None

    def note(self, returned: Returned, kind: ToolKind | None) -> None:
        """Remember how a call went. After something was noted, looking again is no repetition."""
        if returned.outcome is Outcome.MISUSED:
            self._misuses[returned.part.tool] += 1
        elif kind is ToolKind.NOTES and returned.result is not None:
            self._called = {key: of for key, of in self._called.items() if of is not ToolKind.READS}


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


def is_waiting(returned: Iterable[Returned]) -> bool:
    """Whether the turn is over: something waits for a press, and no call is left to correct."""
    known = tuple(returned)
    waits = any(one.result is not None and waits_for_press(one.result) for one in known)
    return waits and not any(one.outcome is Outcome.MISUSED for one in known)


def told_by_tools(returned: Iterable[Returned]) -> str:
    """What tools told, in words for the person: what cards and Undo lines will say is left out."""
    told = (_told(one) for one in returned)
    return "\n\n".join(text for text in told if text)


def _told(returned: Returned) -> str:
    if returned.result is None:
        return returned.part.content if returned.outcome is Outcome.REFUSED else ""
    if waits_for_press(returned.result) or returned.result.undo is not None:
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
    return has_heard_private(heard)


def has_heard_private(heard: Iterable[Part]) -> bool:
    """Whether a conversation holds what tools or cards told its owner alone."""
    return any(
        part.private if isinstance(part, Earlier) else not is_public(part)
        for part in heard
        if isinstance(part, ToolReturned | Earlier | Happened)
    )


def claims_too_much(text: str, heard: Iterable[Part], returned: Iterable[Returned]) -> bool:
    """Whether words say that something is done while nothing was: no card, no note, and no outcome
    of that kind since the last answer.

    A net for English words, not a lock: what keeps a model from doing things is the desk.
    """
    claimed = frozenset(word for claim in _CLAIM.finditer(text) for word in _words(claim[0]))
    if not claimed or _has_news(heard, claimed):
        return False
    found = (one.result for one in returned)
    return not any(one is not None and (waits_for_press(one) or one.undo) for one in found)


def _has_news(heard: Iterable[Part], claimed: frozenset[str]) -> bool:
    """Whether what is claimed came of cards since a model spoke last."""
    came: set[str] = set()
    for part in reversed(tuple(heard)):
        if isinstance(part, AssistantSaid):
            break
        if isinstance(part, Happened) and part.what in _CAME_TRUE:
            # What was taken back may be told in any words.
            came |= claimed if part.what == "undone" else {*_words(part.text), "done"}
    deeds = [deed for deed in _DEEDS if deed & came]
    told = {word for deed in _DEEDS for word in deed} & claimed
    return bool(came) and all(any(word in deed for deed in deeds) for word in told)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
