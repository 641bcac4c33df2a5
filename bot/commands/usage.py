"""`convene usage` and `convene model`: what language models took, and which are offered to whom."""

import json
import sys
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.commands.running import run_to_end
from bot.commands.syncing import open_house
from bot.commands.zones import machine_zone
from bot.people import Person
from calendar_core.errors import NotFound
from calendar_core.people import PersonId

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core
    from bot.offers import Offer, Offers
    from bot.usage import Used

NOTHING = "No language model was asked in that time."
OPERATOR = PersonId("operator")
"""Stands where a choice was made by whoever runs Convene."""
NONE = "none"
_HEADS = ("day", "person", "model", "turns", "calls", "read", "cached", "written", "cost")


def run_usage(*, data: Path, days: int, person: str | None, as_json: bool) -> int:
    """Print what models took in the last days, today included; the exit code."""
    return _run(_usage(data, days, person, as_json=as_json))


def run_model(name: str | None, workspace: str | None, person: str | None, *, data: Path) -> int:
    """List what is offered, or choose one for a workspace or a person; the exit code."""
    return _run(_model(data, name, workspace, person))


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped.")


async def _usage(data: Path, days: int, wanted: str | None, *, as_json: bool) -> int:
    async with open_house(data) as core:
        from bot.offers import read_offers
        from bot.settings import read_settings
        from bot.usage import Usage

        zone = machine_zone()
        who = await _person(core, wanted) if wanted is not None else None
        today = core.clock.now().astimezone(zone)
        first = (today - timedelta(days=days - 1)).date()
        since = datetime(first.year, first.month, first.day, tzinfo=zone)
        usage = Usage(core.database, core.clock)
        used = await usage.by_day(since, zone, who.id if who is not None else None)
        currency = read_offers(read_settings()).currency
    print(_as_json(used, since, zone, currency) if as_json else _as_table(used, currency))
    return 0


async def _person(core: "Core", wanted: str) -> Person:
    found = await core.people.called(wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"I know nobody called {wanted!r}. Give a name, a mail address or an id.")
    ids = ", ".join(f"{one.name} {one.id}" for one in found)
    raise NotFound(f"{wanted!r} may be several people. Say which by id: {ids}.")


def _as_json(used: "Sequence[Used]", since: datetime, zone: ZoneInfo, currency: str) -> str:
    rows = [
        {
            "day": one.day.isoformat(),
            "person": one.person,
            "name": one.name,
            "model": one.model,
            "turns": one.turns,
            "calls": one.spent.calls,
            "tokens_in": one.spent.tokens_in,
            "tokens_cached": one.spent.tokens_cached,
            "tokens_out": one.spent.tokens_out,
            "cost": None if one.cost is None else one.cost / 1_000_000,
        }
        for one in used
    ]
    told = {"since": since.isoformat(), "zone": zone.key, "currency": currency or None}
    return json.dumps({**told, "used": rows}, ensure_ascii=False)


def _as_table(used: "Sequence[Used]", currency: str) -> str:
    if not used:
        return NOTHING
    rows = [_HEADS, *(_row(one, currency) for one in used)]
    if len(used) > 1:
        rows.append(_total(used, currency))
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 3 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(one: "Used", currency: str) -> tuple[str, ...]:
    spent = one.spent
    counts = (one.turns, spent.calls, spent.tokens_in, spent.tokens_cached, spent.tokens_out)
    name = one.name or "former member"
    cells = (f"{count:,}" for count in counts)
    return (one.day.isoformat(), name, one.model, *cells, _cost(one.cost, currency))


def _total(used: "Sequence[Used]", currency: str) -> tuple[str, ...]:
    counts = (
        sum(one.turns for one in used),
        sum(one.spent.calls for one in used),
        sum(one.spent.tokens_in for one in used),
        sum(one.spent.tokens_cached for one in used),
        sum(one.spent.tokens_out for one in used),
    )
    known = [one.cost for one in used if one.cost is not None]
    # What has no known price is not free: such a sum is only the least that it was.
    least = "≥ " if known and len(known) < len(used) else ""
    cost = f"{least}{_cost(sum(known), currency)}" if known else _cost(None, currency)
    return ("total", "", "", *(f"{count:,}" for count in counts), cost)


def _cost(millionths: int | None, currency: str) -> str:
    if millionths is None:
        return "unknown"
    return f"{millionths / 1_000_000:.4f} {currency}".rstrip()


async def _model(data: Path, name: str | None, workspace: str | None, person: str | None) -> int:
    from bot.offers import read_offers
    from bot.settings import read_settings

    offers = read_offers(read_settings())
    if name is None:
        print("\n".join(_told(offers.by_name[one], offers) for one in offers.names))
        return 0
    if name != NONE and name not in offers.names:
        raise NotFound(f"{name!r} is not offered. There is: {', '.join(offers.names)}.")
    if (workspace is None) == (person is None):
        print("Say for whom: --workspace PLATFORM/ID, or --person WHO.", file=sys.stderr)
        return 1
    chosen = "" if name == NONE else name
    async with open_house(data) as core:
        if person is not None:
            await _choose_for(core, await _person(core, person), chosen)
        else:
            await _choose_there(core, workspace or "", chosen)
    left = f"the house's again: {offers.house}" if name == NONE else name
    print(f"From now on it is {left}.")
    return 0


async def _choose_for(core: "Core", who: Person, name: str) -> None:
    from dataclasses import replace

    await core.people.save(replace(who, preferences=replace(who.preferences, model=name)))


async def _choose_there(core: "Core", workspace: str, name: str) -> None:
    from bot.workspaces import Workspaces

    platform, _, id_ = workspace.partition("/")
    if not platform or not id_:
        raise NotFound("Name the workspace as PLATFORM/ID: slack/T0123456, discord/987654321.")
    await Workspaces(core.database, core.clock).choose(platform, id_, name, OPERATOR)


def _told(offer: "Offer", offers: "Offers") -> str:
    if offer.name == offer.model == "offline":
        words = "rules, no model"
    else:
        able = offer.capabilities
        abilities = {"tools": able.tools, "streaming": able.streaming, "forms": able.structured}
        able_to = ", ".join(word for word, is_so in abilities.items() if is_so) or "plain words"
        words = f"{offer.model}  {able_to}; {able.context:,} tokens"
    if offer.prices is not None:
        costs = (offer.prices.read, offer.prices.cached, offer.prices.written)
        said = " / ".join(f"{one:g}" for one in costs)
        words += (
            f"  {said} {offers.currency}".rstrip() + " a million tokens read / cached / written"
        )
    return f"{'*' if offer.name == offers.house else ' '} {offer.name}  {words}"
