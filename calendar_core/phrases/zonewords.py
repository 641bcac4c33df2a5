"""Zones behind a time: "EST", "Pacific time", "London time", "UTC+2", "+02:00"."""

from calendar_core.phrases.lexicon import CITIES, ZONES
from calendar_core.phrases.words import Words

Found = tuple[str, int]

_REGIONS = frozenset(("eastern", "central", "mountain", "pacific"))
_EUROPE = {"european": "Europe/Berlin", "europe": "Europe/Berlin"}
_CITY_STARTS = {"in", *(name.split()[0] for name in CITIES)}
FAR_ZONES = frozenset(ZONES) - {"z", "et", "ct", "mt", "pt", "wet"} - _REGIONS
"""Names that mean a zone also apart from an hour: they are no other words."""
_SHIFTED = {
    (3, 30): "Asia/Tehran",
    (4, 30): "Asia/Kabul",
    (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon",
    (9, 30): "Australia/Darwin",
}
"""Zones that keep an offset with minutes all year, east of UTC."""


def zone(r: Words, i: int) -> Found | None:
    """A zone behind a time: "EST", "mountain timezone", "Pacific time", "(CET)"."""
    if r.t[i] == "(":
        inside = zone(r, i + 1)
        return (inside[0], inside[1] + 1) if inside and r.t[inside[1]] == ")" else None
    if r.t[i] in ("my", "local", "our") and r.t[i + 1] == "time":
        return "", i + 2
    name = ZONES.get(r.t[i])
    if name is None:
        return _city_time(r, i) if r.t[i] in _CITY_STARTS else None
    end = i + 1
    if name == "UTC" and r.t[end] in ("+", "-") and (r.glued[end] or r.glued[end + 1]):
        return _counted_offset(r, end)
    if r.t[i] == "central" and r.t[end] in _EUROPE:
        name, end = _EUROPE[r.t[end]], end + 1
    if r.t[end] in ("standard", "daylight", "summer"):
        end += 1
    named = r.t[end] in ("time", "timezone", "zone")
    if r.t[end] == "time" and r.t[end + 1] == "zone":
        end += 1
    if r.t[i] in _REGIONS and not (named or r.whole):
        return None
    return name, end + 1 if named else end


def _city_time(r: Words, i: int) -> Found | None:
    """ "London time", "in New York": a city counts where time is said of it, or all is a time."""
    at = i + 1 if r.t[i] == "in" and r.whole else i
    for words in (2, 1):
        name = CITIES.get(" ".join(r.t[at : at + words]))
        if name is None:
            continue
        end = at + words
        if r.t[end] == "time":
            return name, end + 1
        return (name, end) if at > i else None
    return None


def _counted_offset(r: Words, i: int) -> Found | None:
    """ "+2", "-5", "+5:30" behind UTC or GMT."""
    hours, minutes, end = r.v[i + 1], 0, i + 2
    if len(r.t[i + 1]) == 4:
        hours, minutes = divmod(hours, 100)
    elif r.t[end] == ":" and r.glued[end] and r.glued[end + 1]:
        minutes, end = r.v[end + 1], end + 2
    return _named(r.t[i], hours, minutes, end)


def _named(sign: str, hours: int, minutes: int, end: int) -> Found | None:
    if minutes and sign == "+" and (hours, minutes) in _SHIFTED:
        return _SHIFTED[hours, minutes], end
    if minutes != 0 or not 0 <= hours <= 12:
        return None
    # The names of these zones count westward, the other way round than ISO 8601.
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}", end


def iso_offset(r: Words, i: int) -> Found | None:
    """The offset of an ISO 8601 moment as a zone: "+02:00", "-0500", "+05:30"."""
    sign, hours = r.t[i], r.v[i + 1]
    if sign not in ("+", "-") or not r.glued[i + 1]:
        return None
    end = i + 2
    if len(r.t[i + 1]) == 4:
        hours, minutes = divmod(hours, 100)
    elif r.glued[i] and r.t[end] == ":" and r.glued[end] and r.glued[end + 1]:
        minutes, end = r.v[end + 1], end + 2
    else:
        return None
    return _named(sign, hours, minutes, end)
