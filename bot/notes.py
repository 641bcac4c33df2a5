"""Doing what was noted, at once or after a press, and taking it back. One conditional UPDATE
decides every press."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select, update

from bot.people import Preferences
from bot.store import CHANNEL, People
from bot.tables import NoteRow
from bot.tools.noting import AskedNote, NoteAction
from calendar_core.changes.change import Target
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import AlreadyDecided, CalendarError, Expired, NotFound, NotYours
from calendar_core.events import EventId, RecurrenceId
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from scheduler.reminder import ReminderId
from scheduler.reminders import Reminders

log = logging.getLogger("convene.notes")
_ACTION = TypeAdapter(NoteAction)
_PREFERENCES = TypeAdapter(Preferences)
LIVES = timedelta(hours=24)
"""A note waits this long for its press, and can be taken back this long."""


class NoteStatus(StrEnum):
    """Where a note stands."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it is kept."""

    id: str
    owner: PersonId
    place: str
    action: NoteAction
    undo: Mapping[str, Any]
    status: NoteStatus
    at: datetime
    """When it got that status."""


class Digests(Protocol):
    """Keeps the daily digest in step with its owner's wishes."""

    async def retime(self, owner: PersonId) -> datetime | None:
        """Arm, move or retire the owner's digest."""
        ...


class ChannelsSet(Protocol):
    """Sets how channels are served."""

    async def set(self, body: Mapping[str, Any], by: PersonId) -> dict[str, Any]:
        """Do what a note says; returns the body that takes it back."""
        ...


class GroupsChanged(Protocol):
    """Changes somebody's lists of people."""

    async def change(self, owner: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a note says; returns the body that takes it back."""
        ...


class Notes:
    """Keeps and does notes; implements `Noting` for the tools."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        reminders: Reminders,
        digests: Digests,
        mirror: Mirror,
        channels: ChannelsSet,
        groups: GroupsChanged,
    ) -> None:
        self._groups = groups
        self._channels = channels
        self._mirror = mirror
        self._database = database
        self._clock = clock
        self._people = people
        self._reminders = reminders
        self._digests = digests

    async def perform(self, person: PersonId, action: NoteAction) -> str:
        """Do it now; returns the `verb:id` that takes it back. Raises CalendarError."""
        note = str(uuid4())
        undo = await self._do(person, action, note)
        async with self._database.session() as session:
            session.add(self._row(note, person, "", action, NoteStatus.DONE, undo))
        return f"unnote:{note}"

    async def ask(self, person: PersonId, place: str, action: NoteAction) -> AskedNote:
        """Keep it for the person's press; nothing is done."""
        note = str(uuid4())
        async with self._database.session() as session:
            session.add(self._row(note, person, place, action, NoteStatus.ASKED, {}))
        return AskedNote(id=note, action=action)

    async def get(self, note: str) -> Note:
        """A note by id. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.get(NoteRow, note)
        if row is None:
            raise NotFound("I no longer know this card. Ask me again, please.")
        return _note(row)

    async def waiting_in(self, place: str, owner: PersonId) -> tuple[Note, ...]:
        """What waits in a place for its owner's press, oldest first."""
        since = self._clock.now() - LIVES
        async with self._database.reading() as session:
            rows = (
                await session.scalars(
                    select(NoteRow)
                    .where(
                        NoteRow.owner == owner,
                        NoteRow.place == place,
                        NoteRow.status == NoteStatus.ASKED,
                        NoteRow.at > since,
                    )
                    .order_by(NoteRow.at)
                )
            ).all()
        return tuple(_note(row) for row in rows)

    async def confirm(self, note: str, by: PersonId) -> tuple[Note, str]:
        """The owner's press: do it. Returns the note and the `verb:id` that takes it back.

        What can't be done waits on. Raises NotYours, Expired, AlreadyDecided, NotFound.
        """
        await self._decide(note, by, NoteStatus.ASKED, NoteStatus.DONE)
        asked = await self.get(note)
        try:
            await self._carry_out(asked)
        except CalendarError:
            await self._decide(note, by, NoteStatus.DONE, NoteStatus.ASKED)
            raise
        return asked, f"unnote:{note}"

    async def finish_left(self) -> None:
        """At start-up: do what was confirmed right before a crash. Doing it again is harmless."""
        async with self._database.reading() as session:
            rows = (
                await session.scalars(
                    select(NoteRow).where(NoteRow.status == NoteStatus.DONE, NoteRow.undo == "{}")
                )
            ).all()
        for row in rows:
            try:
                await self._carry_out(_note(row))
            except CalendarError as err:
                log.warning("note left note=%s error=%s", row.id, type(err).__name__)

    async def _carry_out(self, note: Note) -> None:
        undo = await self._do(note.owner, note.action, note.id)
        async with self._database.session() as session:
            await session.execute(
                update(NoteRow).where(NoteRow.id == note.id).values(undo=json.dumps(undo))
            )

    async def decline(self, note: str, by: PersonId) -> Note:
        """The owner's other press. Raises NotYours, Expired, AlreadyDecided, NotFound."""
        await self._decide(note, by, NoteStatus.ASKED, NoteStatus.DECLINED)
        return await self.get(note)

    async def take_back(self, note: str, by: PersonId) -> Note:
        """Undo. Raises NotYours, Expired, AlreadyDecided, NotFound."""
        await self._decide(note, by, NoteStatus.DONE, NoteStatus.UNDONE)
        kept = await self.get(note)
        await self._undo(by, kept)
        return kept

    async def has_rung(self, note: str, by: PersonId) -> bool:
        """Whether nothing is left to take back: all that it set has rung. Raises NotFound."""
        kept = await self.get(note)
        ids = kept.undo.get("reminders", ())
        if not ids or kept.status is not NoteStatus.DONE or kept.owner != by:
            return False
        whose = PersonId(kept.undo.get("by", by))
        return all([(await self._reminders.find(one, whose)).is_over for one in ids])

    async def _decide(self, note: str, by: PersonId, was: NoteStatus, will: NoteStatus) -> None:
        now = self._clock.now()
        async with self._database.session() as session:
            won = await session.execute(
                update(NoteRow)
                .where(
                    NoteRow.id == note,
                    NoteRow.owner == by,
                    NoteRow.status == was,
                    NoteRow.at > now - LIVES,
                )
                .values(status=will, at=now)
                .returning(NoteRow.id)
            )
            if won.scalar_one_or_none() is not None:
                return
        kept = await self.get(note)
        if kept.owner != by:
            raise NotYours("This is somebody else's to decide.")
        if kept.status is was:
            raise Expired("This has expired; nothing was changed.")
        raise AlreadyDecided(kept.status.value)

    def _row(
        self,
        note: str,
        owner: PersonId,
        place: str,
        action: NoteAction,
        status: NoteStatus,
        undo: Mapping[str, Any],
    ) -> NoteRow:
        return NoteRow(
            id=note,
            owner=owner,
            place=place,
            action=_ACTION.dump_json(action).decode(),
            undo=json.dumps(dict(undo)),
            status=status,
            at=self._clock.now(),
        )

    async def _do(self, person: PersonId, action: NoteAction, note: str) -> dict[str, Any]:
        """Do it, idempotently for one note."""
        if action.kind == "remind":
            return await self._remind(person, action.body, note)
        doing: dict[str, Callable[[PersonId, Mapping[str, Any]], Awaitable[dict[str, Any]]]] = {
            "preferences": self._set_preferences,
            "zone": self._set_zone,
            "remind_before": self._remind_before,
            "cancel_reminders": self._cancel,
            "calendar": self._set_calendar,
            "channel": self._set_channel,
            "group": self._set_group,
        }
        return await doing[action.kind](person, action.body)

    async def _set_preferences(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change what the body names; all else stays as it is by then."""
        before = await self._people.person(person)
        stood = _PREFERENCES.dump_python(before.preferences, mode="json")
        preferences = _PREFERENCES.validate_python({**stood, **body})
        await self._people.save(replace(before, preferences=preferences))
        await self._follow(person)
        return {"preferences": {name: stood[name] for name in body}}

    async def _set_zone(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        before = await self._people.person(person)
        wishes = replace(before.preferences, was_asked=True)
        await self._people.save(replace(before, zone=ZoneInfo(body["zone"]), preferences=wishes))
        undo = await self._set_preferences(person, body.get("preferences", {}))
        return {"zone": before.zone.key, **undo}

    async def _set_calendar(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change what a calendar of theirs is for."""
        calendars = await self._mirror.calendars((person,))
        calendar = next((one for one in calendars if one.id == body["id"]), None)
        if calendar is None:
            raise NotFound("That calendar is no longer there.")
        settings = dict(body["settings"])
        before = {name: getattr(calendar, name) for name in settings}
        default = next((one.id for one in calendars if one.is_default), None)
        await self._mirror.update_calendar(replace(calendar, **settings))
        undo = {"id": calendar.id, "settings": before}
        if "is_default" in settings and default not in (None, calendar.id):
            # Another one becomes the default again: that takes it from this one.
            del before["is_default"]
            undo["default"] = default
        former = next((one for one in calendars if one.id == body.get("default")), None)
        if former is not None:
            await self._mirror.update_calendar(replace(former, is_default=True))
        return {"calendar": undo}

    async def _set_channel(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"channel": await self._channels.set(body, person)}

    async def _set_group(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"group": await self._groups.change(person, body)}

    async def _follow(self, person: PersonId) -> None:
        await self._reminders.retime(person)
        await self._digests.retime(person)

    async def _remind(self, person: PersonId, body: Mapping[str, Any], note: str) -> dict[str, Any]:
        kept = await self._reminders.remind_at(
            person,
            body["place"],
            body["text"],
            datetime.fromisoformat(body["at"]),
            body["rule"],
            reminder_id=ReminderId(note.replace("-", "")[:20]),
        )
        return {"reminders": [kept.id]}

    async def _remind_before(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        event = Target(
            event_id=EventId(body["event_id"]),
            recurrence_id=RecurrenceId(body["recurrence_id"]),
        )
        leads = [timedelta(seconds=lead) for lead in body["leads"]]
        whose = PersonId(body["whose"])
        # What rings in a channel for its own event is the channel's: asked twice, it is one.
        owner = whose if body["place"] and whose.startswith(CHANNEL) else person
        kept = await self._reminders.remind_before(
            owner, body["place"], event, leads, body["text"], whose
        )
        return {"reminders": [one.id for one in kept], "by": owner}

    async def _cancel(self, person: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        whose = body.get("of", {})  # what rings for a channel's own event is the channel's
        for reminder in body["ids"]:
            await self._reminders.cancel(reminder, PersonId(whose.get(reminder, person)))
        return {"cancelled": list(body["ids"]), "of": dict(whose)}

    async def _undo(self, person: PersonId, note: Note) -> None:
        if "zone" in note.undo:
            await self._set_zone(person, note.undo)
        elif "preferences" in note.undo:
            await self._set_preferences(person, note.undo["preferences"])
        if "channel" in note.undo:
            await self._set_channel(person, note.undo["channel"])
        if "group" in note.undo:
            await self._set_group(person, note.undo["group"])
        if "calendar" in note.undo:
            await self._set_calendar(person, note.undo["calendar"])
        for reminder in note.undo.get("reminders", ()):
            await self._reminders.cancel(reminder, PersonId(note.undo.get("by", person)))
        whose = note.undo.get("of", {})
        for reminder in note.undo.get("cancelled", ()):
            await self._reminders.restore(reminder, PersonId(whose.get(reminder, person)))


def _note(row: NoteRow) -> Note:
    return Note(
        id=row.id,
        owner=PersonId(row.owner),
        place=row.place,
        action=_ACTION.validate_json(row.action),
        undo=json.loads(row.undo or "{}"),
        status=NoteStatus(row.status),
        at=row.at,
    )
