"""`convene usage` and `convene model`: what language models took, and which are offered to whom."""

import json
import sys
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.running import run_to_end
from bot.commands.syncing import open_house
from bot.commands.zones import machine_zone
from bot.people import Person
from bot.quotas import DAY
from calendar_core.errors import NotFound
from calendar_core.people import PersonId

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core
    from bot.offers import Offer, Offers

OPERATOR = PersonId("operator")
"""Stands where a choice was made by whoever runs Convene."""
NONE = "none"


def run_usage(*, data: Path, days: int, person: str | None, turns: bool, as_json: bool) -> int:
    """Print what models took in the last days, today included, and how the limits stand; the exit
    code. `turns` shows each of them in place of their days."""
    return _run(_usage(data, days, person, turns=turns, as_json=as_json))


def run_model(name: str | None, workspace: str | None, person: str | None, *, data: Path) -> int:
    """List what is offered, or choose one for a workspace or a person; the exit code."""
    return _run(_model(data, name, workspace, person))


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped.")


async def _usage(data: Path, days: int, wanted: str | None, *, turns: bool, as_json: bool) -> int:
    async with open_house(data) as core:
        from bot.commands.used import Account, as_data, as_text
        from bot.offers import read_offers
        from bot.quotas import limits_of
        from bot.settings import read_settings
        from bot.usage import Usage

        settings, zone = read_settings(), machine_zone()
        who = await _person(core, wanted) if wanted is not None else None
        now = core.clock.now().astimezone(zone)
        first = (now - timedelta(days=days - 1)).date()
        since = datetime(first.year, first.month, first.day, tzinfo=zone)
        usage, one = Usage(core.database, core.clock), who.id if who is not None else None
        account = Account(
            turns=await usage.turns(min(since, now - 2 * DAY), one),
            since=since,
            now=now,
            zone=zone,
            limits=limits_of(settings),
            offers=read_offers(settings),
            each_turn=turns,
            is_of_one=who is not None,
        )
    print(json.dumps(as_data(account), ensure_ascii=False) if as_json else as_text(account))
    return 0


async def _person(core: "Core", wanted: str) -> Person:
    found = await core.people.called(wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"I know nobody called {wanted!r}. Give a name, a mail address or an id.")
    ids = ", ".join(f"{one.name} {one.id}" for one in found)
    raise NotFound(f"{wanted!r} may be several people. Say which by id: {ids}.")


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
        effort = f"; effort {offer.effort}" if offer.effort else ""
        words = f"{offer.model}  {able_to}; {able.context:,} tokens{effort}"
    if offer.prices is not None:
        costs = (offer.prices.read, offer.prices.cached, offer.prices.written)
        said = " / ".join(f"{one:g}" for one in costs)
        words += (
            f"  {said} {offers.currency}".rstrip() + " a million tokens read / cached / written"
        )
    return f"{'*' if offer.name == offers.house else ' '} {offer.name}  {words}"
