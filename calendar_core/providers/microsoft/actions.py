"""What is asked of a mailbox to make one step of a change true."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from calendar_core.errors import ChangedMeanwhile, NotAllowed, NotFound
from calendar_core.events import Answer, RecurrenceId
from calendar_core.providers.microsoft.collection import UID_PROPERTY, transaction_of
from calendar_core.providers.microsoft.fields import (
    ANSWER,
    DELETED,
    GUESTS,
    MASTER,
    RESTORED,
    WORDS,
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
from calendar_core.when import DaySpan, When

Json = dict[str, Any]
_WORDS = {
    Answer.ACCEPTED: "accept",
    Answer.TENTATIVE: "tentativelyAccept",
    Answer.DECLINED: "decline",
}


async def create(step: Step) -> Json:
    """Make an event, under the same transaction at every try. Raises Unanswered, Refused."""
    after = step.after
    assert after is not None
    fields = fields_of(after.master, step.me)
    if step.write.quiet:
        # An import must mail nobody, and Exchange mails whoever is a guest.
        del fields[GUESTS]
    return await _post(step, fields, step.write.uid, step.transaction)


async def _post(step: Step, fields: Mapping[str, Any], uid: str, transaction: str) -> Json:
    body = {name: value for name, value in flat(fields).items() if value is not None}
    await _meet(step, body)
    body["transactionId"] = transaction
    body["singleValueExtendedProperties"] = [{"id": UID_PROPERTY, "value": uid}]
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
    if any(one.name == RESTORED for one in found):
        await _restore(step, rid)
        return
    if event is None:
        raise ChangedMeanwhile(MEANWHILE)
    body = await _body(step, event, [one for one in found if one.name not in (ANSWER, WORDS)])
    await _meet(step, body)
    if body:
        path = step.collection.path_of(str(event["id"]))
        await step.collection.mailbox.patch(path, body, etag_of(event))
    if any(one.name in (ANSWER, WORDS) for one in found):
        await answer(step, rid, event)


async def _meet(step: Step, body: Json) -> None:
    """See that there is something that makes the online meeting. Raises NotAllowed."""
    if not body.get("isOnlineMeeting"):
        return
    provider = await step.collection.meeting_provider()
    if provider is None:
        raise NotAllowed("This account can't make Teams meetings. Give a link of your own.")
    body["onlineMeetingProvider"] = provider


async def _restore(step: Step, rid: RecurrenceId) -> None:
    """Make a deleted occurrence again, as an event of its own, once."""
    after, uid = step.after, step.uid_of(rid)
    assert after is not None
    if await step.collection.made_here(uid) is None:
        alone = replace(after.at(rid), recurrence_id=MASTER, repeat=None)
        fields = fields_of(alone, step.me)
        await _post(step, fields, uid, transaction_of(step.transaction, uid))


async def _remove(step: Step, event: Mapping[str, Any]) -> None:
    path = step.collection.path_of(str(event["id"]))
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
        marked = await step.collection.mailbox.get(
            step.collection.path_of(str(event["id"])), html=True
        )
        content = str((marked.get("body") or {}).get("content") or "")
        kept = with_notes(content, by_name["body"])
        if kept is not None:
            body["body"] = {"contentType": "html", "content": kept}
    return body


async def answer(step: Step, rid: RecurrenceId, event: Mapping[str, Any]) -> None:
    """Answer an invitation, with the word and the other time that go along."""
    after = step.after
    assert after is not None
    mine = next((one for one in after.at(rid).guests if one.address in step.me), None)
    word = None if mine is None else _WORDS.get(mine.answer)
    if mine is None or word is None:
        return
    body: Json = {"sendResponse": True}
    if mine.note:
        body["comment"] = mine.note
    if mine.proposed is not None and word != "accept":
        body["proposedNewTime"] = _slot(mine.proposed)
    await step.collection.mailbox.post(f"{step.collection.path_of(str(event['id']))}/{word}", body)


def _slot(when: When) -> Json:
    span = when.within(UTC_ZONE) if isinstance(when, DaySpan) else when
    return {"start": graph_time(span.start, UTC_ZONE), "end": graph_time(span.end, UTC_ZONE)}
