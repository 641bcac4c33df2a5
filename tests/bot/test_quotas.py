"""What one turn, one person and everybody may take, while turns are played side by side."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.people import Person
from bot.quotas import TOKENS_PER_TURN, TURN_OVER, Allowance, Limits, Quotas, limits_of
from bot.settings import BadSettings, Settings, read_settings
from bot.spending import Prices, Spent, Taken
from calendar_core.clock import StandingClock
from calendar_core.people import PersonId
from tests.builders import BERLIN, NOW
from tests.fakes.book import FakeBook

ANA = Person(id=PersonId("ana"), name="Ana", zone=BERLIN)
BO = Person(id=PersonId("bo"), name="Bo", zone=BERLIN)
PRICES = Prices(read=2, cached=1, written=4)


@pytest.fixture
def book() -> FakeBook:
    return FakeBook(StandingClock(NOW))


def answered(reads: int, writes: int = 500) -> Spent:
    return Spent(calls=1, tokens_in=reads, tokens_out=writes)


async def test_a_round_that_would_read_more_than_a_turn_may_is_not_begun(book: FakeBook) -> None:
    quotas = Quotas(Limits(tokens_per_turn=10_000), book)
    async with quotas.turn(ANA, NOW) as turn:
        assert await turn.refusal(6_000) is None
        turn.took(answered(6_000))
        assert (await turn.refusal(3_501), turn.is_over) == (TURN_OVER, True)
        assert (await turn.refusal(3_500), turn.is_over) == (None, False)
        turn.took(answered(3_500))
        assert await turn.refusal(1) == TURN_OVER
    async with quotas.turn(ANA, NOW) as another:
        assert await another.refusal(6_000) is None


async def test_a_turn_is_over_by_what_it_costs_where_the_price_is_known(book: FakeBook) -> None:
    quotas = Quotas(Limits(cost_per_turn=14_000), book)
    async with quotas.turn(ANA, NOW) as turn:
        turn.model, turn.prices = "large", PRICES
        assert await turn.refusal(5_000) is None
        turn.took(answered(5_000))
        assert (await turn.refusal(1_001), await turn.refusal(1_000)) == (TURN_OVER, None)
    async with quotas.turn(ANA, NOW) as turn:
        turn.prices = replace(PRICES, stored=4)  # as if the vendor kept it, and charged for that
        assert (await turn.refusal(3_501), await turn.refusal(3_500)) == (TURN_OVER, None)
    async with quotas.turn(ANA, NOW) as turn:
        assert await turn.refusal(9_000_000) is None, "no price, no cost"


@pytest.mark.parametrize(
    ("limits", "other"),
    [
        (Limits(tokens_per_day=10_000), ANA),
        (Limits(cost_per_day=20_000), ANA),
        (Limits(model_calls_per_hour=1), ANA),
        (Limits(house_tokens_per_day=10_000), BO),
        (Limits(house_cost_per_day=20_000), BO),
    ],
)
async def test_what_a_turn_is_about_to_take_is_not_there_for_the_one_beside_it(
    limits: Limits, other: Person, book: FakeBook
) -> None:
    quotas = Quotas(limits, book)
    async with quotas.turn(ANA, NOW) as one, quotas.turn(other, NOW) as beside:
        for turn in (one, beside):
            turn.model, turn.prices = "large", PRICES
        assert await one.refusal(6_000) is None
        assert "I read by rules" in (await beside.refusal(6_000) or "")
        assert await beside.refusal(6_000) == "", "told once"
        one.took(answered(2_000))
        is_free = limits.model_calls_per_hour is None
        assert (await beside.refusal(6_000) is None) is is_free
    third = Person(id=PersonId("cleo"), name="Cleo", zone=BERLIN)
    async with quotas.turn(third, NOW) as turn:
        turn.prices = PRICES
        # Of the house little is left; of a person all.
        assert (await turn.refusal(6_000) is None) is (other is ANA)


async def test_many_turns_side_by_side_read_no_more_than_they_may(book: FakeBook) -> None:
    quotas = Quotas(Limits(tokens_per_day=50_000, house_tokens_per_day=80_000), book)

    async def play(who: Person, reads: int) -> None:
        async with quotas.turn(who, NOW) as turn:
            for _ in range(3):
                if await turn.refusal(reads) is not None:
                    return
                await asyncio.sleep(0)
                turn.took(answered(reads, writes=0))

    turns = [play(who, 1_000 + 700 * number) for number in range(12) for who in (ANA, BO)]
    await asyncio.gather(*turns)
    for who, most in ((ANA.id, 50_000), (BO.id, 50_000), (None, 80_000)):
        took = (await book.taken_since(NOW, who)).tokens
        assert took <= most
    assert took > 60_000, "and nearly all of it"


async def test_messages_that_are_being_answered_count_as_well(book: FakeBook) -> None:
    quotas = Quotas(Limits(messages_per_hour=1), book)
    async with quotas.turn(ANA, NOW) as first, quotas.turn(ANA, NOW) as second:
        assert first.refused is None
        assert second.refused == (
            "I answer 1 message an hour here. Write again from 09:00 on, please."
        )
    assert len(book.rows) == 1, "what is refused is not counted"


async def test_what_is_torn_off_in_the_middle_is_counted_about(book: FakeBook) -> None:
    quotas, begun = Quotas(Limits(), book), asyncio.Event()

    async def play() -> None:
        async with quotas.turn(ANA, NOW) as turn:
            turn.model = "large"
            turn.took(answered(1_000))
            assert await turn.refusal(6_000) is None
            begun.set()
            await asyncio.Event().wait()

    playing = asyncio.create_task(play())
    await begun.wait()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    spent = Spent(calls=2, tokens_in=7_000, tokens_stored=6_000, tokens_out=500)
    assert book.rows == [(NOW, ANA.id, "large", spent, Taken(tokens=7_500))]


async def test_a_day_is_over_for_an_hours_silence_and_said_again_after_it(book: FakeBook) -> None:
    await book.record(ANA.id, "large", answered(5_000), None)
    quotas = Quotas(Limits(tokens_per_day=5_500), book)

    async def told(at: datetime) -> str | None:
        async with quotas.turn(ANA, at) as turn:
            return await quotas.without_model(turn)

    words = [await told(NOW + timedelta(minutes=30 * number)) for number in range(3)]
    assert [bool(one) for one in words] == [True, False, True]


def test_settings_say_limits_in_tokens_and_money() -> None:
    assert limits_of(Settings()) == Limits(tokens_per_turn=TOKENS_PER_TURN)
    assert limits_of(Settings(context=100_000)).tokens_per_turn == 800_000
    settings = Settings.model_validate(
        {"tokens_per_turn": "30000", "cost_per_turn": "0.05", "cost_per_day": " 2.50 "}
        | {"house_cost_per_day": "100"}
    )
    assert limits_of(settings) == Limits(
        tokens_per_turn=30_000,
        cost_per_turn=50_000,
        cost_per_day=2_500_000,
        house_cost_per_day=100_000_000,
    )


@pytest.mark.parametrize("said", ["2,50", "0", "-1", "nan", "inf", "0.0000001", "a lot", "1e99"])
def test_what_is_no_amount_of_money_is_said_by_its_name(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_HOUSE_COST_PER_DAY", said)
    with pytest.raises(BadSettings, match=r"CONVENE_HOUSE_COST_PER_DAY: an amount .* like 2\.50"):
        read_settings()


def test_an_allowance_says_what_it_took(book: FakeBook) -> None:
    turn = Allowance(Quotas(Limits(), book), ANA, NOW)
    turn.holds(Spent(calls=1, tokens_in=900))
    assert turn.spent == Spent(calls=1, tokens_in=900)
    turn.took(answered(800))
    assert turn.spent == answered(800)
