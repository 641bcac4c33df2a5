"""How much of each limit is used: what `convene usage` shows beside what models took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.quotas import DAY, HOUR, Limits

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.usage import Played

MOST = 10
"""People that are shown of each limit, those nearest to its end."""
EVERYBODY, NOBODY = "everybody", "nobody yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one person, or everybody, is with one limit."""

    setting: str
    """The limit, as the operator sets it."""
    person: str | None
    """Their id; None: everybody, or nobody."""
    name: str
    used: int
    """In the limit's own unit: messages, calls, tokens, millionths of the currency."""
    limit: int
    is_money: bool
    is_largest: bool = False
    """Whether it is the largest turn, in place of a sum."""


class _Of(StrEnum):
    """Whose use within which time a limit counts."""

    HOUR = "a person's last hour"
    DAY = "a person's own day"
    TURN = "one turn"
    HOUSE = "everybody's last 24 hours"


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a limit counts."""

    field: str
    """Of `Limits`; in capitals the setting's name."""
    of: _Of
    count: Callable[["Played"], int]

    @property
    def setting(self) -> str:
        return f"CONVENE_{self.field.upper()}"

    @property
    def is_money(self) -> bool:
        return "cost" in self.field


def _tokens(one: "Played") -> int:
    return one.spent.tokens


def _cost(one: "Played") -> int:
    return one.cost or 0


_COUNTED = (
    _Counted("messages_per_hour", _Of.HOUR, lambda _: 1),
    _Counted("model_calls_per_hour", _Of.HOUR, lambda one: one.spent.calls),
    _Counted("tokens_per_turn", _Of.TURN, _tokens),
    _Counted("cost_per_turn", _Of.TURN, _cost),
    _Counted("tokens_per_day", _Of.DAY, _tokens),
    _Counted("cost_per_day", _Of.DAY, _cost),
    _Counted("house_tokens_per_day", _Of.HOUSE, _tokens),
    _Counted("house_cost_per_day", _Of.HOUSE, _cost),
)


def standings(limits: Limits, turns: Sequence["Played"], now: datetime) -> list[Standing]:
    """How the limits stand that are set, who is nearest to the end of each first. `turns` are those
    of two days at least; how a turn's own limit stands is told by the largest of them."""
    found: list[Standing] = []
    for counted in _COUNTED:
        limit: int | None = getattr(limits, counted.field)
        if limit is None:
            continue
        found_of = {who: count for who, count in _used(counted, turns, now).items() if count}
        nobody = EVERYBODY if counted.of is _Of.HOUSE else NOBODY
        used = sorted(found_of.items(), key=lambda one: (-one[1], one[0])) or [((nobody, None), 0)]
        found += [
            Standing(
                setting=counted.setting,
                person=person,
                name=name,
                used=count,
                limit=limit,
                is_money=counted.is_money,
                is_largest=counted.of is _Of.TURN and person is not None,
            )
            for (name, person), count in used[:MOST]
        ]
    return found


def _used(
    counted: _Counted, turns: Sequence["Played"], now: datetime
) -> dict[tuple[str, str | None], int]:
    """How much each took, by name and id."""
    found: dict[tuple[str, str | None], int] = {}
    for one in turns:
        if one.at < _since(counted.of, one, now):
            continue
        who = (EVERYBODY, None) if counted.of is _Of.HOUSE else (one.name, one.person)
        count, before = counted.count(one), found.get(who, 0)
        found[who] = max(count, before) if counted.of is _Of.TURN else count + before
    if counted.of is not _Of.TURN or not found:
        return found
    largest = max(found, key=lambda who: found[who])
    return {largest: found[largest]}


def _since(of: _Of, one: "Played", now: datetime) -> datetime:
    match of:
        case _Of.HOUR:
            return now - HOUR
        case _Of.DAY:
            return now.astimezone(one.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        case _Of.HOUSE:
            return now - DAY
        case _Of.TURN:
            return one.at
