"""From a city or a name to an IANA zone, with suggestions where nothing fits."""

from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_SHORT = {
    "utc": "UTC",
    "gmt": "UTC",
    "london": "Europe/London",
    "uk": "Europe/London",
    "cet": "Europe/Berlin",
    "est": "America/New_York",
    "eastern": "America/New_York",
    "et": "America/New_York",
    "nyc": "America/New_York",
    "cst": "America/Chicago",
    "central": "America/Chicago",
    "mst": "America/Denver",
    "mountain": "America/Denver",
    "pst": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "boston": "America/New_York",
    "washington": "America/New_York",
    "miami": "America/New_York",
    "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "cologne": "Europe/Berlin",
    "frankfurt": "Europe/Berlin",
    "geneva": "Europe/Zurich",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
    "beijing": "Asia/Shanghai",
    "delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "india": "Asia/Kolkata",
    "japan": "Asia/Tokyo",
    "germany": "Europe/Berlin",
    "france": "Europe/Paris",
    "tel aviv": "Asia/Jerusalem",
}


class UnknownZone(ValueError):
    """No zone of that name; the message suggests some."""


def find_zone(words: str) -> ZoneInfo:
    """The zone that a city or IANA name means. Raises UnknownZone with suggestions."""
    wanted = " ".join(words.replace("_", " ").split()).casefold()
    by_name = _zones()
    name = _SHORT.get(wanted) or by_name.get(wanted)
    if name is None:
        near = get_close_matches(wanted, [*by_name, *_SHORT], n=3, cutoff=0.6)
        known = {by_name.get(one) or _SHORT[one] for one in near}
        hint = f" Did you mean {' or '.join(sorted(known))}?" if known else ""
        raise UnknownZone(f"I know no time zone {words[:60]!r}.{hint} Name it like Europe/Berlin.")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Zones by their full name and by their city, in lower case."""
    names = sorted(available_timezones())
    cities = {
        name.rpartition("/")[2].replace("_", " ").casefold(): name
        for name in names
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    }
    return cities | {name.replace("_", " ").casefold(): name for name in names}
