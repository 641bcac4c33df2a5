"""What events mean: found for those who may look, in step with the events, gone with them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from calendar_core import vectors
from calendar_core.database import Database
from calendar_core.errors import TryLater
from calendar_core.events import Visibility
from calendar_core.meaning import Meanings
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.tables import MeaningRow
from calendar_core.vectors import Vectors, packed
from calendar_core.when import TimeSpan
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from scheduler.meanings import KIND, SOON, MeaningFollower, MeaningMaker
from scheduler.worker import Worker
from tests.calendar_core.house import ANA, BERLIN, ME, House, a_house, an_event, at, span
from tests.fakes.embedder import FakeEmbedder


class Knowing:
    """A house with a model of meanings at work."""

    def __init__(self, house: House, embedder: FakeEmbedder) -> None:
        self.house, self.embedder = house, embedder
        self.queue = EmbeddedQueue(house.database)
        self.set(embedder)
        followers = [MeaningFollower(self.queue, house.clock, self.meanings)]
        mirror = Mirror(house.database, house.clock, followers)
        vars(house.mirror)["_followers"] = vars(mirror)["_followers"]

    def set(self, embedder: FakeEmbedder | None) -> None:
        """Have another model from now on, or none."""
        house = self.house
        self.meanings = Meanings(house.database, house.clock, embedder)
        self.maker = MeaningMaker(self.queue, house.clock, self.meanings)
        self.worker = Worker(house.database, house.clock, {KIND: self.maker})

    async def work(self) -> None:
        """Do what is due."""
        self.house.clock.advance(SOON)
        await self.worker.run_due()

    async def close(
        self, words: str, owners: Sequence[PersonId] = (ME,), within: TimeSpan | None = None
    ) -> list[str]:
        """Titles of what is close."""
        found = await self.meanings.close(owners, words, zone=BERLIN, span=within)
        return [one.title for one in found]

    async def count(self) -> int:
        """Vectors that are kept."""
        async with self.house.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(MeaningRow)) or 0


@pytest.fixture
async def knowing(database: Database) -> Knowing:
    return Knowing(await a_house(database), FakeEmbedder())


async def test_events_close_in_meaning_are_found(knowing: Knowing) -> None:
    for title in ("Teeth cleaning", "Budget review", "Yoga", "Something else"):
        await knowing.house.create(an_event(title, uid=title))
    assert await knowing.close("dentist") == []
    await knowing.work()

    assert await knowing.close("dentist") == ["Teeth cleaning"]
    assert set(await knowing.close("money and sport")) == {"Yoga", "Budget review"}
    assert await knowing.close("  ") == []


async def test_only_calendars_of_those_who_may_look_are_compared(knowing: Knowing) -> None:
    await knowing.house.create(an_event("Teeth cleaning"), owner=ANA)
    await knowing.work()
    assert await knowing.count() == 1
    assert await knowing.close("dentist") == []
    assert await knowing.close("dentist", (ANA,)) == ["Teeth cleaning"]


async def test_vectors_follow_edits_and_go_with_their_events(knowing: Knowing) -> None:
    target = await knowing.house.create(an_event("Teeth cleaning"))
    await knowing.work()
    await knowing.house.amend(target, title="Budget review")
    assert await knowing.close("dentist") == []
    await knowing.work()
    assert await knowing.close("dentist") == []
    assert await knowing.close("money") == ["Budget review"]

    asked = len(knowing.embedder.told)
    await knowing.house.amend(target, when=span("16:00", "17:00"))
    await knowing.work()
    assert len(knowing.embedder.told) == asked, "a new time is no new meaning"

    await knowing.house.mirror.remove_calendar(knowing.house.mine.id, ME)
    assert await knowing.count() == 0


async def test_what_was_made_of_an_older_text_is_never_shown(knowing: Knowing) -> None:
    target = await knowing.house.create(an_event("Teeth cleaning"))
    await knowing.work()
    vars(knowing.house.mirror)["_followers"] = []
    await knowing.house.amend(target, title="Budget review")
    assert await knowing.close("dentist") == []

    await knowing.maker.look_over()
    await knowing.work()
    assert await knowing.close("money") == ["Budget review"]


async def test_another_model_makes_all_anew_and_none_forgets_all(knowing: Knowing) -> None:
    await knowing.house.create(an_event("Teeth cleaning"))
    await knowing.work()
    knowing.set(FakeEmbedder(name="newer"))
    assert await knowing.close("dentist") == []
    await knowing.maker.look_over()
    await knowing.work()
    assert await knowing.close("dentist") == ["Teeth cleaning"]

    knowing.set(None)
    assert await knowing.close("dentist") == []
    await knowing.maker.look_over()
    assert await knowing.count() == 0


async def test_a_server_is_told_no_private_event(knowing: Knowing) -> None:
    outside = FakeEmbedder(is_outside=True)
    knowing.set(outside)
    await knowing.house.create(an_event("Teeth cleaning", visibility=Visibility.PRIVATE))
    place = "https://video.example.org/secret"
    await knowing.house.create(
        an_event("Budget review", uid="b", location=place, description="Notes")
    )
    await knowing.maker.look_over()
    await knowing.work()
    assert outside.told == ["Budget review"]


async def test_a_model_that_is_away_is_asked_again_and_nothing_is_close(knowing: Knowing) -> None:
    await knowing.house.create(an_event("Teeth cleaning"))
    knowing.embedder.is_away = True
    job = Job(kind=KIND, key="k", run_at=at("08:00"), payload={"calendar": knowing.house.mine.id})
    with pytest.raises(TryLater):
        await knowing.maker.run(job, late=False)
    assert await knowing.close("dentist") == []


async def test_a_window_is_kept_to(knowing: Knowing) -> None:
    for number in (1, 2, 3):
        when = TimeSpan(
            start=at("10:00") + timedelta(days=7 * number),
            end=at("11:00") + timedelta(days=7 * number),
        )
        await knowing.house.create(an_event(f"Teeth cleaning {number}", when, uid=str(number)))
    await knowing.work()
    week = TimeSpan(start=at("00:00") + timedelta(days=14), end=at("00:00") + timedelta(days=15))
    assert await knowing.close("dentist", within=week) == ["Teeth cleaning 2"]
    assert await knowing.close("dentist") == [f"Teeth cleaning {n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("has_numpy", [False, True])
def test_directions_are_compared_by_their_angle(
    monkeypatch: pytest.MonkeyPatch, has_numpy: bool
) -> None:
    if has_numpy:
        pytest.importorskip("numpy", reason="numpy comes with convene[meaning]")
    monkeypatch.setattr(vectors, "has_numpy", lambda: has_numpy)
    kept = [packed(one) for one in ([3.0, 4.0], [0.03, 0.04], [-4.0, 3.0], [0.0, 0.0])]
    there = Vectors(("long", "short", "across", "nothing"), kept)
    found = {id_: round(score, 2) for score, id_ in there.closest([6.0, 8.0], 0.5, 9)}
    assert found == {"long": 1.0, "short": 1.0}
    assert there.closest([1.0, 0.0, 0.0], 0.0, 9) == []
    mixed = Vectors(("odd", "short", "across"), [packed([1.0]), *kept[1:3]])
    assert [id_ for _, id_ in mixed.closest([3.0, 4.0], 0.5, 9)] == ["short"]
    assert Vectors((), ()).closest([1.0], 0.0, 9) == []


async def test_of_many_alike_the_near_ones_are_looked_at(
    knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calendar_core.meaning._MOST_LOOKED_AT", 4)
    for number in range(-6, 6):
        when = TimeSpan(
            start=at("10:00") + timedelta(days=50 * number),
            end=at("11:00") + timedelta(days=50 * number),
        )
        await knowing.house.create(an_event("Teeth cleaning", when, uid=str(number)))
    await knowing.work()
    ahead = TimeSpan(start=at("08:00"), end=at("08:00") + timedelta(days=400))
    assert len(await knowing.close("dentist", within=ahead)) >= 2
