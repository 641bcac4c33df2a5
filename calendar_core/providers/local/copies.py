"""What a guest's copy of an organizer's resource says. Pure; keeping them in step is
`scheduling`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from calendar_core.events import Event, RecurrenceId, Resource, Scope
from calendar_core.ics.countering import told_to
from calendar_core.ics.reading import read
from calendar_core.ics.sheet import open_sheet
from calendar_core.ics.writing import patch as patched
from calendar_core.patch import Patch
from calendar_core.recurrence import remove


def copy_for(organizers: str, known_as: Collection[str], *, at: datetime) -> str | None:
    """The organizer's text as far as this guest is invited; None when to nothing of it.

    `known_as` are the CAL-ADDRESSes by which the text names them.

    A guest of single occurrences gets those alone; one who is not asked to some occurrences of a
    series gets it without them (RFC 6638 §3.2.6).
    """
    components = read(organizers)
    if not any(_invites(one, known_as) for one in components):
        return None
    strange = [one.recurrence_id for one in components if not _invites(one, known_as)]
    if RecurrenceId("") in strange:
        asked = _told_to(organizers, known_as)
        return _only_overrides(asked, [one for one in strange if one])
    text: str | None = _told_to(organizers, known_as)
    uid = components[0].uid
    for recurrence_id in strange:
        if text is not None:
            resource = Resource(uid=uid, ics=text)
            text = remove(resource, Scope.THIS, recurrence_id, at=at)[0].after
    return text


def with_own(copy: str, standing: str, organizers_before: str | None, *, at: datetime) -> str:
    """A new copy with what the guest had set on the old one for themselves: alarms, colour, busy
    or free."""
    new, old = read(copy)[0], read(standing)[0]
    if new.recurrence_id or old.recurrence_id or organizers_before is None:
        return copy
    given = read(organizers_before)[0]
    own: dict[str, Any] = {
        name: getattr(old, name)
        for name in ("alarms", "color", "occupancy")
        if getattr(old, name) != getattr(given, name) and getattr(old, name) != getattr(new, name)
    }
    return patched(copy, RecurrenceId(""), replace(Patch(), **own), at=at) if own else copy


def _invites(event: Event, known_as: Collection[str]) -> bool:
    return any(guest.address in known_as for guest in event.guests)


def _told_to(organizers: str, known_as: Collection[str]) -> str:
    """Without what other guests said to the organizer."""
    said = [
        one.recurrence_id
        for one in read(organizers)
        if any(guest.note or guest.proposed for guest in one.guests)
    ]
    if not said:
        return organizers
    sheet = open_sheet(organizers)
    for rid in said:
        sheet = sheet.with_block(rid, told_to(sheet.block(rid), known_as))
    return sheet.text()


def _only_overrides(organizers: str, but: list[RecurrenceId]) -> str:
    sheet = open_sheet(organizers).with_block(RecurrenceId(""), None)
    for recurrence_id in but:
        sheet = sheet.with_block(recurrence_id, None)
    return sheet.text()
