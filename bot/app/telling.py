"""What whoever starts a served house is told: to what it is connected, and what is missing."""

from typing import TYPE_CHECKING

from bot.chat.platform import PlatformError
from bot.offers import read_offers
from bot.quotas import limits_of
from bot.settings import Settings
from calendar_core.database import Database
from calendar_core.errors import KeysUnusable
from calendar_core.vault import Vault

if TYPE_CHECKING:
    from adapters.slack.door import SlackDoor
    from bot.app.serve import ServedHouse

WEB_ALONE = (
    "no chat is connected: calendars are read, feeds served and accounts linked; reminders and "
    "messages wait for a chat"
)


async def told_at_start(house: "ServedHouse") -> tuple[str, ...]:
    """What it is connected to, what is missing, and where to bring it in, a line each."""
    lines = [f"{one.part}: {one.words}" for one in await house.health.signs()]
    lines.append(f"web: {house.web.address}")
    lines += house.settings.missing()
    lines += unkept_limits(house.settings)
    if not house.doors.all:
        lines.append(WEB_ALONE)
    if house.doors.slack is not None:
        lines += await _missing_scopes(house.doors.slack)
    if house.settings.installs_slack:
        from adapters.slack.door import INSTALL_PATH

        lines += await _lost_secrets(house.vault, house.core.database)
        address = f"{house.settings.public_url}{INSTALL_PATH}"
        lines.append(f"to bring it into a Slack workspace: {address}")
    discord = house.doors.discord
    if discord is not None and discord.is_connected and discord.client.application_id is not None:
        from adapters.discord.invite import invite_url

        address = invite_url(discord.client.application_id)
        lines.append(f"to bring it onto a Discord server: {address}")
    return tuple(lines)


def unkept_limits(settings: Settings) -> list[str]:
    unpriced = read_offers(settings).unpriced if limits_of(settings).bounds_cost else ()
    if not unpriced:
        return []
    names = " and ".join(unpriced)
    return [f"model: no limit of cost is kept for {names}: no price is known. See convene doctor."]


async def _missing_scopes(door: "SlackDoor") -> list[str]:
    try:
        missing = await door.missing_scopes()
    except PlatformError:
        return []
    if not missing:
        return []
    return [f"Slack: scopes missing: {', '.join(missing)}. See convene doctor."]


async def _lost_secrets(vault: Vault, database: Database) -> list[str]:
    from bot.app.sealed import sealed_places

    places = sealed_places(database, vault)
    if not any([await place.count() for place in places]):
        return []
    try:
        lost = sum([await place.lost() for place in places])
    except KeysUnusable as err:
        return [f"keys: {err}"]
    return [f"keys: {lost} sealed secrets open with none. See convene doctor."] if lost else []
