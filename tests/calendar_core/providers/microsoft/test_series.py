"""Writing series to a mailbox: one occurrence, those that follow, all."""

from datetime import timedelta

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import NotAllowed
from calendar_core.events import RecurrenceId, Repeat, Scope
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import remove
from tests.calendar_core.house import MONDAY, an_event, days, span, weekly
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.writes import (
    NOW,
    WEEK,
    create_series,
    edit,
    mirrored,
    rid,
    writes,
)
from tests.contracts.calendar_provider import confirmed, read_since


async def test_one_occurrence_changes_and_the_others_stay(stand: Stand) -> None:
    record = await create_series(stand)
    second = MONDAY + WEEK

    await edit(
        stand, Patch(title="Long standup", when=span("10:00", "11:00", second)), rid(second),
        Scope.THIS,
    )  # fmt: skip

    assert record.exceptions.keys() == {second}
    master, override = read(await mirrored(stand))
    assert (master.title, override.title) == ("Standup", "Long standup")
    assert override.when == span("10:00", "11:00", second)


async def test_one_occurrence_goes(stand: Stand) -> None:
    record = await create_series(stand)
    standing = await mirrored(stand)
    second = MONDAY + WEEK

    gone = remove(standing, Scope.THIS, rid(second), at=NOW)
    (written,) = await stand.writer.apply(confirmed(*writes(stand, gone, standing)))

    assert record.deleted == {second}
    assert written.resource == await mirrored(stand)


async def test_a_series_is_parted_and_keeps_its_exceptions(stand: Stand) -> None:
    record = await create_series(stand)
    second, fourth = MONDAY + WEEK, MONDAY + 3 * WEEK
    await edit(stand, Patch(title="Special"), rid(second), Scope.THIS, "one")

    written = await edit(
        stand, Patch(when=span("11:00", "11:15", fourth)), rid(fourth), Scope.FOLLOWING, "two"
    )

    head, tail = written
    assert head.resource is not None
    assert tail.resource is not None
    assert [one.title for one in read(head.resource)] == ["Standup", "Special"]
    assert record.recurrence is not None
    assert record.recurrence["range"]["endDate"] == (MONDAY + 2 * WEEK).isoformat()
    assert read(tail.resource)[0].when == span("11:00", "11:15", fourth)
    assert set((await read_since(stand.provider, None)).changed) == {head.uid, tail.uid}


async def test_all_of_a_series_moves_and_keeps_its_exceptions(stand: Stand) -> None:
    record = await create_series(stand)
    second, third = MONDAY + WEEK, MONDAY + 2 * WEEK
    await edit(stand, Patch(title="Special"), rid(second), Scope.THIS, "one")
    standing = await mirrored(stand)
    gone = remove(standing, Scope.THIS, rid(third), at=NOW)
    await stand.writer.apply(confirmed(*writes(stand, gone, standing), id="two"))

    await edit(stand, Patch(when=span("10:00", "10:15")), rid(MONDAY), Scope.ALL, "three")

    master, special = read(await mirrored(stand))
    assert master.when == span("10:00", "10:15")
    assert (special.title, special.when) == ("Special", span("10:00", "10:15", second))
    assert record.deleted == {third}


async def test_a_rule_that_outlook_has_not_is_refused_before_anything_is_written(
    stand: Stand,
) -> None:
    made = new_resource(weekly(rule="FREQ=MONTHLY;BYMONTHDAY=9,23"), at=NOW)
    other = new_resource(an_event("Other"), at=NOW)
    change = [
        Write(calendar_id=stand.calendar.id, uid=one.uid, before=None, after=one.ics)
        for one in (other, made)
    ]

    with pytest.raises(NotAllowed, match="several days of a month"):
        await stand.writer.apply(confirmed(*change))

    assert stand.server.titles() == []


async def test_a_series_of_days_is_written_and_its_occurrences_too(stand: Stand) -> None:
    event = an_event(
        "Cleaning", days(MONDAY), zone=None, repeat=Repeat(rule="FREQ=WEEKLY;BYDAY=MO;COUNT=4")
    )
    made = new_resource(event, at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write))
    second = MONDAY + WEEK

    await edit(
        stand, Patch(when=days(second + timedelta(days=1))),
        RecurrenceId(second.isoformat()), Scope.THIS,
    )  # fmt: skip

    _, override = read(await mirrored(stand))
    assert override.recurrence_id == second.isoformat()
    assert override.when == days(second + timedelta(days=1))
