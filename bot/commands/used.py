"""What models took and how the limits stand, as text for an operator and as data: pure functions.

Where it comes from is `usage`; how limits are counted, `standing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.commands.standing import Standing, standings
from bot.people import FORMER_NAME
from bot.quotas import Limits
from bot.spending import MILLION, Spent

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.offers import Offers
    from bot.usage import Played, Used

NO_MODEL = (
    "No language model was asked in that time, and none is offered: rules answer, which take "
    "nothing. To have one, set CONVENE_MODEL; the README says how, under Choosing a model."
)
NOT_ASKED = (
    "No language model was asked in that time. Offered: {names}. Whether they can be asked, "
    "convene doctor says; --days N looks further back."
)
UNKNOWN = "unknown"
_Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was taken, and what may be."""

    turns: Sequence["Played"]
    """Of two days at least, however short the time is that is asked for; oldest first."""
    since: datetime
    """The first instant that is asked for."""
    now: datetime
    """In the zone whose days are told."""
    zone: ZoneInfo
    limits: Limits
    offers: "Offers"
    each_turn: bool = False
    """Whether every turn is told, in place of days."""
    is_of_one: bool = False
    """Whether these are one person's turns: then nothing is told of everybody."""

    @property
    def asked(self) -> Sequence["Played"]:
        """The turns of that time in which a model was asked."""
        return [one for one in self.turns if one.at >= self.since and one.spent.calls]

    @property
    def standings(self) -> Sequence[Standing]:
        """How the limits stand."""
        found = standings(self.limits, self.turns, self.now)
        return [one for one in found if one.person is not None or not self.is_of_one]

    @property
    def unkept(self) -> Sequence[str]:
        """Models for which a limit of cost is set that can't be kept."""
        return self.offers.unpriced if self.limits.bounds_cost else ()


def as_data(account: Account) -> dict[str, Any]:
    """For programs: tokens as they are, costs in the currency."""
    from bot.usage import by_day

    told: dict[str, Any] = {
        "since": account.since.isoformat(),
        "zone": account.zone.key,
        "currency": account.offers.currency or None,
        "used": [
            {"day": one.day.isoformat(), **_whose(one), "turns": one.turns, **_taken(one)}
            for one in by_day(account.asked, account.zone)
        ],
        "limits": [
            {
                "setting": one.setting,
                "person": one.person,
                "name": one.name,
                "used": one.used / MILLION if one.is_money else one.used,
                "limit": one.limit / MILLION if one.is_money else one.limit,
            }
            for one in account.standings
        ],
        "no_price": list(account.unkept),
    }
    if account.each_turn:
        told["turns"] = [
            {"at": one.at.astimezone(account.zone).isoformat(), **_whose(one), **_taken(one)}
            for one in account.asked
        ]
    return told


def _whose(one: "Played | Used") -> dict[str, Any]:
    return {"person": one.person, "name": one.name, "model": one.model}


def _taken(one: "Played | Used") -> dict[str, Any]:
    return {
        "calls": one.spent.calls,
        "tokens_in": one.spent.tokens_in,
        "tokens_cached": one.spent.tokens_cached,
        "tokens_out": one.spent.tokens_out,
        "cost": None if one.cost is None else one.cost / MILLION,
    }


def as_text(account: Account) -> str:
    """For people: what was taken, how the limits stand, and what can't be told."""
    blocks = [_table(account) if account.asked else _nothing(account)]
    found = account.standings
    if found and len(account.offers.names) > 1:
        blocks.append(_lined_up([("limit", "who", "used", "of", ""), *map(_stands, found)], 2))
    if account.unkept:
        names = " and ".join(account.unkept)
        blocks.append(
            f"No limit of cost is kept for {names}: no price is known. Give prices in a file that "
            "CONVENE_MODELS names."
        )
    return "\n\n".join(blocks)


def _nothing(account: Account) -> str:
    names = account.offers.names
    return NOT_ASKED.format(names=", ".join(names)) if len(names) > 1 else NO_MODEL


def _table(account: Account) -> str:
    heads, rows = _turns(account) if account.each_turn else _days(account)
    figures = ("calls", "tokens read", "of those cached", "written")
    heads = (*heads, *figures, f"cost {account.offers.currency}".rstrip())
    if len(rows) > 1:
        told = account.asked
        spent = sum((one.spent for one in told), Spent())
        blanks = ("", "") if account.each_turn else ("", "", f"{len(told):,}")
        rows.append(("total", *blanks, *_counts(spent), _total([one.cost for one in told])))
    return _lined_up([heads, *rows], 3)


def _days(account: Account) -> tuple[_Row, list[_Row]]:
    from bot.usage import by_day

    rows: list[_Row] = [
        (f"{one.day}", one.name or FORMER_NAME, one.model, f"{one.turns:,}", *_figures(one))
        for one in by_day(account.asked, account.zone)
    ]
    return ("day", "person", "model", "turns"), rows


def _turns(account: Account) -> tuple[_Row, list[_Row]]:
    rows: list[_Row] = []
    for one in reversed(account.asked):
        at = f"{one.at.astimezone(account.zone):%Y-%m-%d %H:%M}"
        rows.append((at, one.name or FORMER_NAME, one.model, *_figures(one)))
    return ("turn", "person", "model"), rows


def _figures(one: "Played | Used") -> _Row:
    cost = UNKNOWN if one.cost is None else f"{one.cost / MILLION:,.4f}"
    return (*_counts(one.spent), cost)


def _counts(spent: Spent) -> _Row:
    counts = (spent.calls, spent.tokens_in, spent.tokens_cached, spent.tokens_out)
    return tuple(f"{count:,}" for count in counts)


def _total(costs: Sequence[int | None]) -> str:
    known = [cost for cost in costs if cost is not None]
    if not known:
        return UNKNOWN
    # What has no known price is not free: such a sum is only the least that it was.
    least = "≥ " if len(known) < len(costs) else ""
    return f"{least}{sum(known) / MILLION:,.4f}"


def _stands(one: Standing) -> _Row:
    used, limit = (_amount(count, one) for count in (one.used, one.limit))
    who = f"{one.name or FORMER_NAME}{', largest' if one.is_largest else ''}"
    share = 100 * one.used // one.limit
    return (one.setting, who, used, limit, f"{share} %" if share or not one.used else "< 1 %")


def _amount(count: int, one: Standing) -> str:
    return f"{count / MILLION:,.4f}" if one.is_money else f"{count:,}"


def _lined_up(rows: Sequence[_Row], words: int) -> str:
    """Columns, of which the first so many hold words, the others figures."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
