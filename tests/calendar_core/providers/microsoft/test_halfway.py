"""A first reading that breaks off goes on where it was."""

import pytest

from calendar_core.providers.microsoft import collection, rounds
from tests.calendar_core.providers.microsoft.test_reader import weekly_said
from tests.calendar_core.providers.microsoft.test_together import Linked, linked
from tests.servers.graph.server import Fault

__all__ = ["linked"]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "PAGE", 5)
    monkeypatch.setattr(rounds, "_BATCH", 2)


def busy(path: str) -> Fault:
    return Fault("GET", path, status=429, code="ApplicationThrottled", retry_after="5")


def fill(linked: Linked) -> None:
    """Twenty events and six series of three occurrences."""
    for number in range(20):
        linked.put(f"E{number}")
    for number in range(6):
        linked.server.add(weekly_said(f"S{number}", 3))


def listed(linked: Linked) -> int:
    """How many pages were asked for."""
    asked = [one for one in linked.server.asked if "calendarView/delta" in one]
    linked.server.asked.clear()
    return len(asked)


@pytest.mark.parametrize("path", ["skiptoken", "/me/events/"])
async def test_what_was_read_before_a_refusal_is_not_asked_for_again(
    linked: Linked, path: str
) -> None:
    fill(linked)
    await linked.sync_broken_by(busy(path), after=3)
    before = listed(linked)
    linked.put("Meanwhile")

    came = await linked.sync()

    assert came.full
    assert came.read >= 26
    assert before + listed(linked) <= 9, "eight pages, and the one that was refused"
    await linked.sync()
    assert await linked.mirrored() == await linked.there()


async def test_links_that_are_forgotten_have_all_read_again(linked: Linked) -> None:
    fill(linked)
    await linked.sync_broken_by(busy("skiptoken"), after=2)
    linked.server.changes.forget()

    await linked.sync()

    assert await linked.mirrored() == await linked.there()


async def test_what_went_while_a_reading_was_broken_off_is_gone(linked: Linked) -> None:
    fill(linked)
    await linked.sync()
    first, *_ = linked.server.box.records.values()
    linked.server.changes.forget()
    await linked.sync_broken_by(busy("skiptoken"), after=2)
    linked.server.remove(first)

    await linked.sync()
    await linked.sync()

    assert await linked.mirrored() == await linked.there()
