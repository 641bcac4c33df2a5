"""Crashes between the steps of a change: what was confirmed is finished, once."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.change import ChangeStatus, Create
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.desk import ChangeDesk
from calendar_core.changes.writer import CalendarWriter, Written
from calendar_core.errors import ChangedMeanwhile, TryLater
from tests.calendar_core.house import ANA, ME, House, an_event, guest, span


class Dying:
    """A writer whose process dies after the write, as often as told."""

    def __init__(self, real: CalendarWriter, times: int = 1) -> None:
        self._real = real
        self._left = times

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        written = await self._real.apply(change)
        if self._left:
            self._left -= 1
            raise KeyboardInterrupt
        return written


class Away:
    """A provider that does not answer."""

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        raise TryLater("Not now.", timedelta(minutes=1))


class Changed:
    """A provider on which everything changed meanwhile."""

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        raise ChangedMeanwhile("Changed.")


async def _finish_all(desk: ChangeDesk) -> Sequence[ChangeStatus]:
    return [(await desk.finish(one.id)).status for one in await desk.waiting_to_finish()]


async def test_a_crash_before_the_write_is_finished(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    await house.desk.confirm(change.id, ME)

    assert await _finish_all(house.desk) == [ChangeStatus.APPLIED]
    assert await _finish_all(house.desk) == []
    assert await house.agenda() == ["Mon 09 14:00 Review"]


async def test_a_crash_between_write_and_absorb_is_finished_with_the_guests_copies(
    house: House,
) -> None:
    real = house.writers["local"]
    house.writers["local"] = Dying(real)
    change = await house.propose(
        Create(calendar_id=house.mine.id, event=an_event(guests=(guest(ANA),)))
    )
    with pytest.raises(KeyboardInterrupt):
        await house.press(change.id)
    assert await house.agenda() == []

    assert await _finish_all(house.desk) == [ChangeStatus.APPLIED]

    assert await house.agenda() == await house.agenda(ANA) == ["Mon 09 14:00 Review"]
    assert house.followed.told() == [("added", "made"), ("added", "invited")]
    assert (await house.desk.finish(change.id)).status is ChangeStatus.APPLIED
    assert house.followed.told() == []


async def test_an_undo_that_came_too_late_is_never_finished_as_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await house.create(an_event())
    moved = await house.amend(target, when=span("15:00", "16:00"))
    await house.amend(target, title="Retro")
    real, units = house.database.session, []

    def dies_after_the_first() -> AbstractAsyncContextManager[AsyncSession]:
        units.append(1)
        if len(units) > 1:
            raise KeyboardInterrupt
        return real()

    monkeypatch.setattr(house.database, "session", dies_after_the_first)
    with suppress(KeyboardInterrupt):
        await house.desk.undo(moved.id, ME)
    monkeypatch.setattr(house.database, "session", real)

    assert ChangeStatus.APPLIED not in await _finish_all(house.desk)
    assert (await house.desk.get(moved.id)).status is ChangeStatus.APPLIED
    assert await house.agenda() == ["Mon 09 15:00 Retro"]


async def test_a_follower_that_fails_leaves_the_change_to_be_finished(house: House) -> None:
    async def fails(report: Any, session: Any) -> None:
        raise RuntimeError("a bug in a follower")

    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    healthy, house.followed.follow = house.followed.follow, fails  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await house.press(change.id)
    assert (await house.desk.get(change.id)).status is ChangeStatus.CONFIRMED
    assert await house.agenda() == []

    house.followed.follow = healthy  # type: ignore[method-assign]
    assert await _finish_all(house.desk) == [ChangeStatus.APPLIED]
    assert house.followed.told() == [("added", "made")]


async def test_a_provider_that_asks_for_time_gets_it(house: House) -> None:
    real, house.writers["local"] = house.writers["local"], Away()
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    waiting = await house.press(change.id)
    house.writers["local"] = real

    assert waiting.status is ChangeStatus.CONFIRMED
    assert await _finish_all(house.desk) == [ChangeStatus.APPLIED]


async def test_an_undo_that_was_cut_off_is_finished(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))
    house.writers["local"] = Dying(house.writers["local"])
    with pytest.raises(KeyboardInterrupt):
        await house.desk.undo(change.id, ME)

    assert await _finish_all(house.desk) == [ChangeStatus.APPLIED]

    assert (await house.desk.get(change.id)).status is ChangeStatus.UNDONE
    assert await house.agenda() == []


async def test_a_change_over_two_providers_is_made_whole_or_not_at_all(house: House) -> None:
    other = await house.mirror.add_calendar(ME, "Elsewhere", "elsewhere")
    house.writers["elsewhere"] = Changed()

    stale = await house.do(
        Create(calendar_id=house.mine.id, event=an_event("Here")),
        Create(calendar_id=other.id, event=an_event("There")),
    )

    assert stale.status is ChangeStatus.STALE
    assert await house.agenda() == []
    again = await house.do(Create(calendar_id=house.mine.id, event=an_event("Here")))
    assert again.status is ChangeStatus.APPLIED
