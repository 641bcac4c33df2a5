"""What goes wrong between us and Graph: at every call, before and after it did it."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import (
    CalendarError,
    ChangedMeanwhile,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TryLater,
)
from calendar_core.events import RecurrenceId, Resource, Scope
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import amend
from tests.calendar_core.house import MONDAY, an_event, at, span, weekly
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import single
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.graph.server import Fault

NOW = at("07:00")
LOST = {
    "cut": Fault("?"),
    "hung": Fault("?", hangs=True),
    "failed": Fault("?", status=500, body="<html>oops</html>"),
    "away": Fault("?", status=504),
    "garbage": Fault("?", status=200, body="<html>Welcome to the hotel's network</html>"),
}
CALLS = 12
"""What parting a series with an exception takes."""


def lost(how: str, method: str, path: str = "", *, after: bool = False) -> Fault:
    return replace(LOST[how], method=method, path=path, after=after)


async def an_edit(stand: Stand, title: str = "Retro") -> tuple[Write, Write]:
    """An event that stands there: its renaming, and its removal."""
    (made,) = await stand.writer.apply(confirmed(a_write(stand.provider), id="1"))
    assert made.resource is not None
    edited = amend(made.resource, Scope.ALL, RecurrenceId(""), Patch(title=title), at=NOW)
    change = Write(
        calendar_id=stand.calendar.id,
        uid=made.uid,
        before=made.resource.ics,
        after=edited[0].after,
        etag=made.resource.etag,
    )
    stand.server.asked.clear()
    return change, replace(change, after=None)


def count(stand: Stand, method: str, path: str = "") -> int:
    return len([one for one in stand.server.asked if one.startswith(method) and path in one])


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_whose_answer_is_lost_is_found_done(stand: Stand, how: str) -> None:
    stand.server.faults.append(lost(how, "POST", "/events", after=True))

    (written,) = await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert written.resource is not None
    assert stand.server.titles() == ["Review"]
    assert count(stand, "POST") == 1


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_that_never_arrived_is_tried_again_in_the_same_transaction(
    stand: Stand, how: str
) -> None:
    change = confirmed(a_write(stand.provider))
    stand.server.faults.append(lost(how, "POST", "/events"))

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    assert stand.server.titles() == []
    await stand.writer.apply(change)

    assert stand.server.titles() == ["Review"]


@pytest.mark.parametrize("lacks", [set(), {"properties", "filters"}])
async def test_a_creation_that_nobody_can_look_for_is_made_once(
    stand: Stand, lacks: set[str]
) -> None:
    """The answer is lost, and so is the look: the transaction tells a repeat from another event."""
    stand.server.lacks = lacks
    change = confirmed(a_write(stand.provider))
    stand.server.faults += [
        # The look before the creation passes.
        Fault("GET", "/events", meddle=lambda: None),
        lost("cut", "POST", "/events", after=True),
        Fault("GET", "/events", status=503),
    ]

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert stand.server.titles() == ["Review"]


async def test_a_creation_that_conflicts_with_itself_is_done(stand: Stand) -> None:
    stand.server.faults.append(
        Fault("POST", "/events", status=409, code="ErrorDuplicateTransactionId", after=True)
    )

    (written,) = await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert written.resource is not None
    assert stand.server.titles() == ["Review"]


@pytest.mark.parametrize("how", LOST)
async def test_an_edit_and_a_removal_whose_answers_are_lost_are_found_done(
    stand: Stand, how: str
) -> None:
    edit, removal = await an_edit(stand)
    stand.server.faults.append(lost(how, "PATCH", after=True))

    (edited,) = await stand.writer.apply(confirmed(edit, id="2"))
    assert edited.resource is not None
    stand.server.faults.append(lost(how, "DELETE", after=True))
    removal = replace(removal, before=edited.resource.ics, etag=edited.resource.etag)
    (removed,) = await stand.writer.apply(confirmed(removal, id="3"))

    assert removed.resource is None
    assert stand.server.titles() == []
    assert (count(stand, "PATCH"), count(stand, "DELETE")) == (1, 1)


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_write_that_never_arrived_is_finished_by_its_repeat(
    stand: Stand, how: str, method: str
) -> None:
    edit, removal = await an_edit(stand)
    change = confirmed(edit if method == "PATCH" else removal, id="2")
    stand.server.faults.append(lost(how, method))

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    await stand.writer.apply(change)

    assert stand.server.titles() == (["Retro"] if method == "PATCH" else [])


async def test_exchanges_own_conflicts_are_tried_once_more(stand: Stand) -> None:
    edit, removal = await an_edit(stand)
    conflict = Fault("PATCH", status=412, code="ErrorIrresolvableConflict")
    stand.server.faults.append(conflict)

    (edited,) = await stand.writer.apply(confirmed(edit, id="2"))

    assert stand.server.titles() == ["Retro"]
    assert edited.resource is not None
    stand.server.faults.append(replace(conflict, method="DELETE"))
    again = replace(removal, before=edited.resource.ics, etag=edited.resource.etag)
    await stand.writer.apply(confirmed(again, id="3"))
    assert stand.server.titles() == []


async def test_a_conflict_that_stays_is_one(stand: Stand) -> None:
    edit, _ = await an_edit(stand)
    stand.server.forever.append(Fault("PATCH", status=412, code="ErrorIrresolvableConflict"))

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(edit, id="2"))

    assert count(stand, "PATCH") == 2


async def test_somebody_else_between_the_look_and_the_write_is_not_overwritten(
    stand: Stand,
) -> None:
    edit, _ = await an_edit(stand)
    (record,) = stand.server.box.records.values()
    stand.server.faults.append(
        Fault("PATCH", meddle=lambda: stand.server.edit(record, subject="Theirs"))
    )

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(edit, id="2"))

    assert stand.server.titles() == ["Theirs"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_mailbox_that_asks_to_wait_is_left_alone_as_long_as_it_says(
    stand: Stand, method: str
) -> None:
    stand.server.faults.append(
        Fault(method, "/events", status=429, code="ApplicationThrottled", retry_after="120")
    )

    with pytest.raises(TryLater) as raised:
        await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert raised.value.after == timedelta(seconds=120)
    assert stand.server.titles() == []


async def test_a_date_to_wait_for_is_told_by_the_servers_clock(stand: Stand) -> None:
    from datetime import datetime
    from email.utils import format_datetime

    until = datetime.now(UTC) + timedelta(seconds=90)
    stand.server.faults.append(
        Fault("GET", status=503, retry_after=format_datetime(until, usegmt=True))
    )

    with pytest.raises(TryLater) as raised:
        await read_since(stand.provider, None)

    assert raised.value.after is not None
    assert 80 <= raised.value.after.total_seconds() <= 91


@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", '{"value": 3}', '{"value": [{}]}', '{"value": []}', "\x00\x01", '{"value":'],
)
async def test_garbage_is_no_empty_calendar(stand: Stand, body: str) -> None:
    single(stand)
    stand.server.faults.append(Fault("GET", "delta", status=200, body=body))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


@pytest.mark.parametrize("how", LOST)
async def test_a_failing_page_fails_the_round(stand: Stand, how: str) -> None:
    for number in range(250):
        single(stand, f"Event {number}")
    stand.server.faults.append(lost(how, "GET", "$skiptoken"))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)

    assert len((await read_since(stand.provider, None)).changed) == 250


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "InvalidAuthenticationToken", SignInNeeded),
        (403, "ErrorAccessDenied", NotAllowed),
        (404, "ErrorItemNotFound", NotFound),
        (400, "ErrorInvalidRequest", NotAllowed),
        (500, "ErrorInternalServerError", TryLater),
        (302, "", TryLater),
    ],
)
async def test_graphs_errors_are_told_apart(
    stand: Stand, status: int, code: str, error: type[CalendarError]
) -> None:
    stand.server.forever.append(Fault("GET", status=status, code=code))

    with pytest.raises(error) as raised:
        await read_since(stand.provider, None)

    assert "made so by a test" not in str(raised.value)


@pytest.mark.parametrize(("status", "error"), [(403, NotAllowed), (400, NotAllowed)])
async def test_a_write_that_is_refused_takes_back_what_was_written_before_it(
    stand: Stand, status: int, error: type[CalendarError]
) -> None:
    edit, _ = await an_edit(stand)
    first = a_write(stand.provider, "One")
    stand.server.faults.append(Fault("PATCH", status=status))

    with pytest.raises(error):
        await stand.writer.apply(confirmed(first, edit))

    assert stand.server.titles() == ["Review"]


async def test_a_change_of_two_that_is_broken_off_is_finished_by_its_repeat(stand: Stand) -> None:
    edit, _ = await an_edit(stand)
    change = confirmed(a_write(stand.provider, "One"), edit, id="2")
    stand.server.faults.append(lost("cut", "PATCH"))

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    assert stand.server.titles() == ["One", "Review"]
    await stand.writer.apply(change)

    assert stand.server.titles() == ["One", "Retro"]
    assert count(stand, "POST") == 1


async def a_parting(stand: Stand) -> tuple[Resource, list[Write]]:
    """A series with an exception, and its parting in two."""
    made = new_resource(weekly(rule="FREQ=WEEKLY;BYDAY=MO"), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id="make"))
    (record,) = stand.server.box.records.values()
    stand.server.edit(record, MONDAY + timedelta(days=7), subject="Special")
    (standing,) = (await read_since(stand.provider, None)).changed.values()
    day = MONDAY + timedelta(days=21)
    rid = RecurrenceId(at("09:00", day).astimezone(UTC).isoformat())
    patch = Patch(when=span("11:00", "11:15", day))
    edited = amend(standing, Scope.FOLLOWING, rid, patch, at=NOW)
    stand.server.asked.clear()
    return standing, [
        Write(
            calendar_id=stand.calendar.id,
            uid=one.uid,
            before=one.before,
            after=one.after,
            etag=standing.etag if one.before else "",
        )
        for one in edited
    ]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(CALLS))
async def test_a_series_is_parted_whatever_call_is_lost(
    stand: Stand, number: int, after: bool
) -> None:
    """Each call in turn is lost, before or after it was carried out; then it is repeated."""
    _, parting = await a_parting(stand)
    seen = 0

    def nth(method: str, path: str) -> Fault | None:
        nonlocal seen
        seen += 1
        return Fault(method, after=after) if seen == number + 1 else None

    usual = stand.server._fault
    stand.server._fault = nth  # type: ignore[method-assign]
    change = confirmed(*parting, id="part")
    for _ in range(3):
        try:
            await stand.writer.apply(change)
            break
        except TryLater:
            continue

    assert seen > number
    stand.server._fault = usual  # type: ignore[method-assign]
    found = (await read_since(stand.provider, None)).changed
    head, tail = (found[one.uid] for one in parting)
    assert len(found) == 2
    assert [one.title for one in read(head)] == ["Standup", "Special"]
    assert read(head)[0].repeat is not None
    assert "UNTIL=" in str(read(head)[0].repeat)
    assert read(tail)[0].when == span("11:00", "11:15", MONDAY + timedelta(days=21))


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_series_whose_parting_is_refused_stays_as_it_was(stand: Stand, method: str) -> None:
    standing, parting = await a_parting(stand)
    stand.server.faults.append(Fault(method, "/events", status=403))

    with pytest.raises(NotAllowed):
        await stand.writer.apply(confirmed(*parting, id="part"))

    (now,) = (await read_since(stand.provider, None)).changed.values()
    assert [(one.title, one.when, one.repeat) for one in read(now)] == [
        (one.title, one.when, one.repeat) for one in read(standing)
    ]


async def test_no_more_calls_at_once_than_a_mailbox_takes(stand: Stand) -> None:
    for number in range(30):
        made = new_resource(weekly(f"Series {number}"), at=NOW)
        write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
        await stand.writer.apply(confirmed(write, id=str(number)))

    async def one() -> Any:
        return await read_since(stand.provider, None)

    await asyncio.gather(one(), one(), one())

    assert stand.server.box.most_in_flight <= 4


async def test_a_wrong_version_is_never_overwritten(stand: Stand) -> None:
    edit, _ = await an_edit(stand)
    late = new_resource(an_event("X", uid=edit.uid), at=NOW).ics

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(replace(edit, before=edit.after, after=late)))

    assert stand.server.titles() == ["Review"]
