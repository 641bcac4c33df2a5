"""What models took and how every limit stands, as an operator reads it: pure values."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.commands.used import NOT_ASKED, Account, as_data, as_text
from bot.offers import Offer, Offers
from bot.quotas import Limits
from bot.spending import Prices, Spent
from bot.usage import Played
from calendar_core.people import PersonId
from tests.builders import BERLIN, NOW


def account(limits: Limits, *turns: Played, prices: Prices | None = None) -> Account:
    offers = {
        "offline": Offer(name="offline", model="offline"),
        "small": Offer(name="small", model="openai:m", prices=prices),
    }
    return Account(
        turns=turns,
        since=NOW - timedelta(days=1),
        now=NOW,
        zone=BERLIN,
        limits=limits,
        offers=Offers(house="small", by_name=offers, currency="EUR"),
    )


def played(name: str, ago: timedelta, spent: Spent, cost: int | None = None) -> Played:
    who = PersonId(name.lower())
    zone = ZoneInfo("Asia/Tokyo") if name == "Bo" else BERLIN
    return Played(
        at=NOW - ago, person=who, name=name, zone=zone, model="small", spent=spent, cost=cost
    )


ALL_LIMITS = Limits(
    messages_per_hour=10,
    model_calls_per_hour=4,
    tokens_per_turn=10_000,
    cost_per_turn=500_000,
    tokens_per_day=8_000,
    cost_per_day=1_500_000,
    house_tokens_per_day=1_000_000,
    house_cost_per_day=2_000_000,
)


def test_how_every_limit_stands_is_told_by_setting_and_person() -> None:
    """Ana's day in Berlin began at midnight, Bo's in Tokyo eight hours before."""
    last_night = timedelta(hours=9)
    told = account(
        ALL_LIMITS,
        played("Ana", timedelta(days=2), Spent(calls=9, tokens_in=99)),
        played("Bo", last_night, Spent(calls=1, tokens_in=7_000, tokens_out=500), 400_000),
        played("Ana", last_night, Spent(calls=3, tokens_in=4_000), 300_000),
        played("Ana", timedelta(minutes=59), Spent(calls=2, tokens_in=2_000), 200_000),
        played("Ana", timedelta(minutes=1), Spent(), 0),
        prices=Prices(read=1, cached=1, written=1),
    )
    *_, limits = as_text(told).split("\n\n")
    assert [line.rstrip() for line in limits.splitlines()] == [
        "limit                         who            used         of",
        "CONVENE_MESSAGES_PER_HOUR     Ana               2         10  20 %",
        "CONVENE_MODEL_CALLS_PER_HOUR  Ana               2          4  50 %",
        "CONVENE_TOKENS_PER_TURN       Bo, largest   7,500     10,000  75 %",
        "CONVENE_COST_PER_TURN         Bo, largest  0.4000     0.5000  80 %",
        "CONVENE_TOKENS_PER_DAY        Bo            7,500      8,000  93 %",
        "CONVENE_TOKENS_PER_DAY        Ana           2,000      8,000  25 %",
        "CONVENE_COST_PER_DAY          Bo           0.4000     1.5000  26 %",
        "CONVENE_COST_PER_DAY          Ana          0.2000     1.5000  13 %",
        "CONVENE_HOUSE_TOKENS_PER_DAY  everybody    13,500  1,000,000   1 %",
        "CONVENE_HOUSE_COST_PER_DAY    everybody    0.9000     2.0000  45 %",
    ]
    amounts = {one["setting"]: (one["used"], one["limit"]) for one in as_data(told)["limits"]}
    assert amounts["CONVENE_HOUSE_COST_PER_DAY"] == (0.9, 2.0)
    alone = replace(told, is_of_one=True)
    assert {one.name for one in alone.standings} == {"Ana", "Bo"}


def test_what_nobody_used_and_no_price_can_keep_is_told_with_what_to_do() -> None:
    told = account(Limits(tokens_per_day=5_000, house_cost_per_day=1))
    words, limits, unkept = as_text(told).split("\n\n")
    assert words == NOT_ASKED.format(names="small, offline")
    assert [line.split()[1:] for line in limits.splitlines()[1:]] == [
        ["nobody", "yet", "0", "5,000", "0", "%"],
        ["everybody", "0.0000", "0.0000", "0", "%"],
    ]
    assert unkept.startswith("No limit of cost is kept for small: no price is known.")
    assert as_data(told)["no_price"] == ["small"]


def test_every_turn_is_told_newest_first() -> None:
    spent = Spent(calls=1, tokens_in=70, tokens_cached=20, tokens_out=5)
    told = account(
        Limits(), played("Ana", timedelta(hours=3), spent, 12), played("", timedelta(0), spent)
    )
    heads, *rows = as_text(replace(told, each_turn=True)).splitlines()
    assert heads.endswith("cost EUR")
    assert [" ".join(row.split()) for row in rows] == [
        "2026-03-10 08:00 former member small 1 70 20 5 unknown",
        "2026-03-10 05:00 Ana small 1 70 20 5 0.0000",
        "total 2 140 40 10 ≥ 0.0000",
    ]
