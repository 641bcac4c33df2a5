"""Calling again what was proposed or done, with a correction put in.

Reading the correction is `amending`.
"""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.amending import Amendment
from bot.llm.offline.creating import as_frame
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.retiming import repeated, retimed, shifted, span_length
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind, length_of

_PART = re.compile(r",?\s*\b(?:in the |the )?(?:morning|afternoon|evening)s?\b", re.I)
Frames = tuple[Frame, ...]


def amended(found: Amendment, memory: Memory, setting: Setting) -> Frames:
    """The calls that make the correction; none when nothing would be different."""
    ref = memory.focus.get("ref") if memory.focus else None
    makes = memory.waiting is not None and memory.waiting.tool in ("create_event", "book_meeting")
    again = memory.noted is not None and memory.noted.arguments.get("leads")
    if found.leads and ref and not makes and not again and set(found.fields) == {"leads"}:
        leads = list(found.leads)
        return (Frame(tool="set_reminder", arguments={"event": ref, "leads": leads}),)
    frames = _amended(found, memory, setting)
    old = dict(memory.waiting.arguments) if memory.waiting else None
    return () if len(frames) == 1 and dict(frames[0].arguments) == old else frames


def _amended(found: Amendment, memory: Memory, setting: Setting) -> Frames:
    """The calls that make the correction; none when there is nothing to correct."""
    waiting = memory.waiting
    if waiting and waiting.tool in ("create_event", "book_meeting"):
        return (_created_again(found, waiting, setting),)
    if waiting and waiting.tool == "update_event":
        return (_updated_again(found, waiting, setting),)
    if waiting and waiting.tool == "add_participants":
        return _invited_again(found, waiting)
    if waiting and waiting.tool == "delete_event":
        return (_deleted_again(found, waiting),)
    if (
        memory.noted
        and memory.noted.tool == "set_reminder"
        and _is_of_reminder(found, memory.noted)
    ):
        return _reminded_again(found, memory.noted, memory, setting)
    if memory.looked and memory.looked.tool == "find_free_time" and memory.slots:
        return (_searched_again(found, memory.looked),)
    ref = memory.focus.get("ref") if memory.focus else None
    if ref and (memory.applied or memory.noted or not found.when or found.shift):
        return _changed(found, memory, str(ref))
    return ()


def _is_of_reminder(found: Amendment, noted: Called) -> bool:
    """Whether a correction means the reminder; of one before an event only its lead can change."""
    return not noted.arguments.get("event") or bool(found.leads or found.length)


def _shown(called: Called) -> str | None:
    """When the proposed event is, as the card shows it; else as it was asked for."""
    for event in called.events:
        if event.get("when"):
            return str(event["when"])
    when = called.arguments.get("when")
    return str(when) if when else None


def _created_again(found: Amendment, waiting: Called, setting: Setting) -> Frame:
    known = dict(waiting.arguments)
    asked_for, shown = known.get("when"), _shown(waiting)
    old = str(asked_for or shown or "")
    if found.when:
        length = span_length(old, setting)
        known["when"] = retimed(old, found.when, setting)
        new = meaning_of(str(known["when"]), setting)
        if length and new and new.kind is Kind.INSTANT:
            known.setdefault("length", length)
    if found.until:
        known["when"] = retimed(shown or old, f"until {found.until}", setting)
        known.pop("length", None)
    if found.shift:
        known["when"] = (
            shifted(old, found.shift, setting) or shifted(shown or "", found.shift, setting) or old
        )
    if found.repeat:
        known["when"] = repeated(shown or old, found.repeat, setting)
    length = found.length or _grown(found, known, shown, setting)
    if length and known.get("when"):
        known["length"] = length
        known["when"] = _start_only(str(known["when"]), setting)
    known |= filled(
        title=found.title,
        description=found.description,
        location=found.location,
        all_day=found.all_day,
        visibility=found.visibility,
        video=found.video,
        calendar=found.calendar,
        show_as=found.show_as,
        reminders=list(found.leads),
    )
    return as_frame(_with_people(known, found), setting)


def _grown(
    found: Amendment, known: dict[str, Any], shown: str | None, setting: Setting
) -> str | None:
    """The new length for "30 minutes longer"."""
    by = length_of(found.longer_by.removesuffix(" shorter")) if found.longer_by else None
    if by is None or found.longer_by is None:
        return None
    said = known.get("length") or span_length(str(known.get("when")), setting)
    said = said or span_length(shown or "", setting)
    old = length_of(str(said)) if said else setting.default_length
    if old is None:
        return None
    minutes = int((old - by if "short" in found.longer_by else old + by).total_seconds() // 60)
    return f"{minutes} minutes" if minutes > 0 else None


def _start_only(when: str, setting: Setting) -> str:
    """A stretch of hours without its end, for a length of its own."""
    meaning = meaning_of(when, setting)
    if meaning is None or meaning.kind is not Kind.SPAN or meaning.start is None:
        return when
    return shifted_to_start(when, setting)


def shifted_to_start(when: str, setting: Setting) -> str:
    """The beginning of a stretch, as words."""
    moved = shifted(when, "0 minutes later", setting)
    return re.sub(r"-\d\d:\d\d$", "", moved) if moved else when


def _with_people(known: dict[str, Any], found: Amendment) -> dict[str, Any]:
    """Guests, and the names in the title, as corrected."""
    guests = [str(one) for one in known.get("guests", [])]
    title = str(known.get("title") or "")
    if found.people:
        if guests:
            known["guests"] = list(found.people)
        if title and " with " in title:
            known["title"] = f"{title.partition(' with ')[0]} with {_listed(found.people)}"
        elif title and not guests:
            known["title"] = f"{title} with {_listed(found.people)}"
    if found.more_people:
        known["guests"] = list(dict.fromkeys([*guests, *found.more_people]))
    if found.fewer_people:
        gone = {name.casefold().split()[0] for name in found.fewer_people}
        left = [
            one for one in known.get("guests", []) if str(one).casefold().split()[0] not in gone
        ]
        known["guests"] = left
        for name in found.fewer_people:
            known["title"] = (
                re.sub(
                    rf"(?: and|,| with)? {re.escape(name)}\b",
                    "",
                    str(known.get("title") or ""),
                    flags=re.I,
                )
                or None
            )
    return filled(**known)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _updated_again(found: Amendment, waiting: Called, setting: Setting) -> Frame:
    known = dict(waiting.arguments)
    shown = _shown(waiting)
    if found.when:
        known["when"] = retimed(shown, found.when, setting)
        known.pop("shift", None)
    if found.shift:
        known["when"] = shifted(shown or "", found.shift, setting) or known.get("when")
        known.pop("shift", None)
    known |= filled(**_changes(found, whole=False))
    return asking.complete(Frame(tool="update_event", arguments=known), setting)


def _changes(found: Amendment, *, whole: bool = True) -> dict[str, Any]:
    return filled(
        when=found.when if whole else None,
        shift=found.shift if whole else None,
        until=found.until,
        length=found.length,
        longer_by=found.longer_by,
        repeat=found.repeat,
        title=found.title,
        description=found.description,
        location=found.location,
        all_day=found.all_day,
        visibility=found.visibility,
        show_as=found.show_as,
        video=found.video,
        scope=found.scope,
        remove_guests=list(found.fewer_people),
    )


def _changed(found: Amendment, memory: Memory, ref: str) -> Frames:
    """A correction of an event that stands: new proposals."""
    frames: list[Frame] = []
    changes = _changes(found)
    more = list(found.more_people)
    guests = (
        [str(one) for one in memory.applied.arguments.get("guests", [])] if memory.applied else []
    )
    title = str(memory.focus.get("title") or "") if memory.focus else ""
    if found.people and " with " in title and not guests:
        changes["title"] = f"{title.partition(' with ')[0]} with {_listed(found.people)}"
    elif found.people:
        more = list(found.people)
        changes |= filled(remove_guests=[one for one in guests if one not in found.people])
    if changes:
        frames.append(Frame(tool="update_event", arguments={"event": ref, **changes}))
    if more:
        frames.append(Frame(tool="add_participants", arguments={"event": ref, "who": more}))
    if found.leads:
        leads = list(found.leads)
        frames.append(Frame(tool="set_reminder", arguments={"event": ref, "leads": leads}))
    return tuple(frames)


def _invited_again(found: Amendment, waiting: Called) -> Frames:
    who = [str(one) for one in waiting.arguments.get("who", [])]
    gone = {name.casefold() for name in found.fewer_people}
    who = list(found.people) or [
        one for one in dict.fromkeys([*who, *found.more_people]) if one.casefold() not in gone
    ]
    if not who:
        return ()
    return (
        Frame(
            tool="add_participants",
            arguments=filled(
                **{
                    **waiting.arguments,
                    "who": who,
                    "scope": found.scope or waiting.arguments.get("scope"),
                }
            ),
        ),
    )


def _deleted_again(found: Amendment, waiting: Called) -> Frame:
    known = dict(waiting.arguments)
    if found.when and re.fullmatch(r"[0-9a-f]{24}(?:@.*)?", str(known.get("event", ""))):
        title = next((str(e["title"]) for e in waiting.events if e.get("title")), None)
        known["event"] = title
    person = ", ".join(found.people) if found.people else None
    return Frame(
        tool="delete_event",
        arguments=filled(**known | filled(when=found.when, person=person, scope=found.scope)),
    )


def reminded_of(noted: Called, memory: Memory) -> str | None:
    """By which words a reminder can be found again: its own, or its event's title."""
    title = memory.focus.get("title") if memory.focus else None
    event = noted.arguments.get("event")
    words = noted.arguments.get("text") or (title if event else None) or event
    return str(words) if words else None


def _reminded_again(found: Amendment, noted: Called, memory: Memory, setting: Setting) -> Frames:
    known = dict(noted.arguments)
    if found.when:
        known["when"] = retimed(str(known.get("when") or ""), found.when, setting)
    if found.shift:
        known["when"] = shifted(str(known.get("when") or ""), found.shift, setting) or known.get(
            "when"
        )
    if found.repeat:
        known["when"] = retimed(str(known.get("when") or ""), found.repeat, setting)
    if found.leads or (found.length and known.get("event")):
        known["leads"] = list(found.leads) or [found.length]
    if known == dict(noted.arguments):
        return ()
    words = reminded_of(noted, memory)
    gone = Frame(tool="cancel_reminder", arguments=filled(reminder=words))
    return (
        (gone, Frame(tool="set_reminder", arguments=known))
        if words
        else (Frame(tool="set_reminder", arguments=known),)
    )


def _searched_again(found: Amendment, looked: Called) -> Frame:
    known = dict(looked.arguments)
    who = [str(one) for one in known.get("who", [])]
    gone = {name.casefold() for name in found.fewer_people}
    who = list(found.people) or [
        n for n in dict.fromkeys([*who, *found.more_people]) if n.casefold() not in gone
    ]
    if found.part_of_day:
        rest = _PART.sub("", str(known.pop("when", "")))
        known |= filled(when=rest, part_of_day=found.part_of_day)
    avoid = [*known.get("avoid", []), *found.avoid]
    known |= filled(when=found.when, length=found.length, avoid=avoid)
    return Frame(tool="find_free_time", arguments=filled(**{**known, "who": who}))
