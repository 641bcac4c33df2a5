"""What is asked of a mailbox to make one step of a change true."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from calendar_core.errors import BadCalendarData, ChangedMeanwhile, NotFound
from calendar_core.events import Answer, RecurrenceId
from calendar_core.ics.lines import Block
from calendar_core.ics.reading import read_components
from calendar_core.ics.values import unescaped
from calendar_core.providers.microsoft.collection import UID_PROPERTY, path_of
from calendar_core.providers.microsoft.fields import (
    ANSWER,
    DELETED,
    GUESTS,
    MASTER,
    Difference,
    attendees,
    fields_of,
    flat,
    patch_of,
)
from calendar_core.providers.microsoft.mapping import etag_of
from calendar_core.providers.microsoft.steps import MEANWHILE, Step
from calendar_core.providers.microsoft.texts import with_notes
from calendar_core.providers.microsoft.zones import UTC_ZONE, graph_time

Json = dict[str, Any]
_WORDS = {
    Answer.ACCEPTED.value: "accept",
    Answer.TENTATIVE.value: "tentativelyAccept",
    Answer.DECLINED.value: "decline",
}


async def create(step: Step) -> Json:
    """Make an event, under the same transaction at every try. Raises Unanswered, Refused."""
    after = step.after
    assert after is not None
    fields = fields_of(after.master, step.me)
    if step.write.quiet:
        # An import must mail nobody, and Exchange mails whoever is a guest.
        del fields[GUESTS]
    body = {name: value for name, value in flat(fields).items() if value is not None}
    body["transactionId"] = step.transaction
    body["singleValueExtendedProperties"] = [{"id": UID_PROPERTY, "value": step.write.uid}]
    return await step.collection.post(body)


async def remove(step: Step) -> None:
    """Delete an event; guests are told that it is called off."""
    assert step.standing is not None
    await _remove(step, step.standing.master)


async def send(step: Step, rid: RecurrenceId, found: Sequence[Difference]) -> None:
    """Make one component be what it shall be. Raises ChangedMeanwhile when the occurrence is not
    there."""
    standing = step.standing
    assert standing is not None
    event = standing.master if rid == MASTER else await step.collection.instance(standing, rid)
    if any(one.name == DELETED for one in found):
        if event is not None:
            await _remove(step, event)
        return
    if event is None:
        raise ChangedMeanwhile(MEANWHILE)
    body = await _body(step, event, [one for one in found if one.name != ANSWER])
    if body:
        await step.collection.mailbox.patch(path_of(str(event["id"])), body, etag_of(event))
    for one in found:
        if one.name == ANSWER:
            await _answer(step, rid, event, str(one.value))


async def _remove(step: Step, event: Mapping[str, Any]) -> None:
    path = path_of(str(event["id"]))
    if event.get("isOrganizer", True) and event.get("attendees") and not event.get("isDraft"):
        try:
            await step.collection.mailbox.post(f"{path}/cancel", {})
        except NotFound:
            return
        return
    await step.collection.mailbox.delete(path, etag_of(event))


async def _body(step: Step, event: Mapping[str, Any], found: Sequence[Difference]) -> Json:
    body = patch_of(found)
    by_name = {one.name: one.value for one in found}
    if GUESTS in by_name:
        body[GUESTS] = attendees(by_name[GUESTS], event.get("attendees") or ())
    if "body" in by_name and event.get("isOnlineMeeting"):
        marked = await step.collection.mailbox.get(path_of(str(event["id"])), html=True)
        content = str((marked.get("body") or {}).get("content") or "")
        kept = with_notes(content, by_name["body"])
        if kept is not None:
            body["body"] = {"contentType": "html", "content": kept}
    return body


async def _answer(step: Step, rid: RecurrenceId, event: Mapping[str, Any], answer: str) -> None:
    word = _WORDS.get(answer)
    if word is None:
        return
    block = _block(step, rid)
    body: Json = {"sendResponse": True}
    comment = unescaped(block.value("COMMENT")) if block is not None else ""
    if comment:
        body["comment"] = comment
    proposed = _proposed(block) if block is not None and word != "accept" else None
    if proposed is not None:
        body["proposedNewTime"] = proposed
    await step.collection.mailbox.post(f"{path_of(str(event['id']))}/{word}", body)


def _block(step: Step, rid: RecurrenceId) -> Block | None:
    """What the answer is written in: the occurrence's lines, or else the master's."""
    by_id = {event.recurrence_id: block for block, event in read_components(step.write.after or "")}
    return by_id.get(rid) or by_id.get(MASTER)


def _proposed(block: Block) -> Json | None:
    """`X-CONVENE-PROPOSED`: a period in UTC that would suit better."""
    first, slash, last = block.value("X-CONVENE-PROPOSED").partition("/")
    if not slash:
        return None
    return {"start": _utc(first), "end": _utc(last)}


def _utc(text: str) -> Json:
    try:
        at = datetime.strptime(text.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as err:
        raise BadCalendarData("The proposed time can't be read.") from err
    return graph_time(at, UTC_ZONE)
