"""Time zones at the command line: the one that was named, else the machine's."""

from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name or city. Raises CannotStart with the nearest ones."""
    from bot.zones import UnknownZone, find_zone

    try:
        return find_zone(name)
    except UnknownZone as error:
        raise CannotStart(str(error)) from error


def machine_zone() -> ZoneInfo:
    """The machine's own; UTC where it does not tell."""
    from tzlocal import get_localzone_name

    try:
        return ZoneInfo(get_localzone_name())
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
