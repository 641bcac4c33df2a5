"""Which models are offered, and how one that fails is left alone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.models import make_model
from bot.llm.model import LanguageModel, ModelRequest, ModelUnavailable, Setting
from bot.models import PAUSE, Guarded, Models
from bot.offers import Offer, read_offers
from bot.settings import BadSettings, Settings
from bot.spending import Prices, Spent
from calendar_core.clock import StandingClock
from calendar_core.people import PersonId
from tests.builders import NOW
from tests.fakes.models import ScriptedModel, Step, breaks, says
from tests.fakes.tools import BERLIN

ASKED = ModelRequest(
    prompt="", parts=(), tools=(), setting=Setting(now=NOW, zone=BERLIN, speaker="Ana")
)
FILE = """
currency = "EUR"
[models.small]
model = "openai:llama"
base_url = "http://127.0.0.1:11434/v1"
context = 8192
tools = false
structured = false
[models.large]
model = "anthropic:x"
key = "LARGE_KEY"
effort = "high"
prices = { input = 3, cached = 0.3, stored = 3.75, output = 15 }
"""


def test_a_file_says_where_models_are_what_they_can_and_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(FILE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("LARGE_KEY= secret\n")
    settings = Settings(
        model="small", models=str(file), openai_api_key=SecretStr("not for others' servers")
    )
    offers = read_offers(settings)
    assert (offers.names, offers.currency) == (("small", "large", "offline"), "EUR")
    small, large = offers.by_name["small"], offers.by_name["large"]
    assert (small.base_url, small.key, small.prices) == ("http://127.0.0.1:11434/v1", None, None)
    assert (small.capabilities.tools, small.capabilities.structured) == (False, False)
    assert small.capabilities.context == 8192
    assert large.key is not None
    assert large.key.get_secret_value() == "secret"
    assert large.prices == Prices(read=3, cached=0.3, written=15, stored=3.75)
    assert (small.effort, large.effort) == ("", "high")
    made = make_model(large)
    assert (made.name, made.capabilities) == ("anthropic:x", large.capabilities)


def test_names_with_commas_are_offered_at_their_vendors() -> None:
    settings = Settings(
        models="openai:a, anthropic:b",
        tool_calls=False,
        openai_base_url="http://127.0.0.1:9/v1",
        openai_api_key=SecretStr("k"),
    )
    offers = read_offers(settings)
    assert offers.names == ("offline", "openai:a", "anthropic:b")
    first = offers.by_name["openai:a"]
    assert (first.base_url, first.capabilities.tools) == ("http://127.0.0.1:9/v1", False)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"model": "gpt"}, "I know no model 'gpt'"),
        ({"models": "openai:"}, "I know no model 'openai:'"),
        ({"models": "nowhere.toml"}, "can't be read"),
        ({"models": "{file}", "text": "a = ["}, "is no TOML"),
        ({"models": "{file}", "text": "[models.x]\nmodel = 'y:z'"}, "the model of 'x' must be"),
        ({"models": "{file}", "text": "[models.offline]\nmodel = 'openai:z'"}, "of 'offline' must"),
        ({"models": "{file}", "text": "[models.x]\nmodel = 'openai:z'\nurl = 'u'"}, "url: Extra"),
        (
            {"models": "{file}", "text": "[models.x]\nmodel = 'openai:z'\neffort = 'a lot'"},
            "effort: Input",
        ),
        ({"models": "{file}", "text": "[models.x]\nmodel = 'openai:z'\nkey = 'NO'"}, "key in NO"),
    ],
)
def test_what_can_not_be_offered_is_said(
    settings: dict[str, str], told: str, tmp_path: Path
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(settings.pop("text", ""))
    made = {name: value.format(file=file) for name, value in settings.items()}
    with pytest.raises(BadSettings, match=told):
        read_offers(Settings(**made))  # type: ignore[arg-type]


def test_a_turn_costs_by_what_was_read_kept_and_written() -> None:
    prices = Prices(read=3, cached=0.3, written=15)
    spent = Spent(tokens_in=1000, tokens_cached=600, tokens_stored=200, tokens_out=100)
    assert prices.of(spent) == 2880
    assert replace(prices, stored=3.75).of(spent) == 3030


async def ask(model: LanguageModel) -> str:
    """What comes of asking it once."""
    try:
        return "".join([getattr(event, "text", "") async for event in model.reply(ASKED)])
    except ModelUnavailable as err:
        return str(err)


def guarded(clock: StandingClock, *steps: Step) -> tuple[Guarded, ScriptedModel]:
    model = ScriptedModel(*steps)
    return Guarded(model, clock, "small"), model


async def test_a_model_that_failed_thrice_is_left_alone_for_a_minute() -> None:
    clock = StandingClock(NOW)
    guard, model = guarded(clock, breaks(), breaks(), breaks(), says("Hello."))
    assert [await ask(guard) for _ in range(3)] == ["The model is down."] * 3
    assert guard.rests
    assert await ask(guard) == "small failed a moment ago and is left alone."
    assert len(model.requests) == 3
    clock.advance(PAUSE)
    assert (guard.rests, await ask(guard)) == (False, "Hello.")
    assert not guard.rests


async def test_one_tries_it_while_others_go_on_without() -> None:
    clock = StandingClock(NOW)
    guard, _ = guarded(clock, breaks(), breaks(), breaks(), says("Hello."))
    for _ in range(3):
        await ask(guard)
    clock.advance(PAUSE)
    trying = guard.reply(ASKED)
    await anext(trying)
    assert guard.rests
    assert "left alone" in await ask(guard)
    async for _ in trying:
        pass
    assert not guard.rests


async def test_it_is_left_alone_as_long_as_it_asked() -> None:
    clock = StandingClock(NOW)
    guard, _ = guarded(clock, [ModelUnavailable("Asked too often.", 300)], says("Hello."))
    await ask(guard)
    clock.advance(timedelta(seconds=299))
    assert guard.rests
    clock.advance(timedelta(seconds=1))
    assert await ask(guard) == "Hello."


async def test_an_answer_in_between_and_nonsense_of_one_turn_count_for_nothing() -> None:
    guard, _ = guarded(
        StandingClock(NOW), breaks(), breaks(), says("Hello."), breaks(), breaks(), says("Hi.")
    )
    told = [await ask(guard) for _ in range(6)]
    assert (told[2], told[5]) == ("Hello.", "Hi.")


async def test_whom_nobody_waits_for_any_longer_has_failed() -> None:
    class Silent(ScriptedModel):
        async def reply(self, request: ModelRequest):  # type: ignore[no-untyped-def]
            await asyncio.Event().wait()
            yield

    guard = Guarded(Silent(), StandingClock(NOW))
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(guard), 0.01)
    assert guard.rests


async def test_everybody_is_told_once_while_it_is_down() -> None:
    guard, _ = guarded(StandingClock(NOW), says("Hello."))
    ana, bo = PersonId("ana"), PersonId("bo")
    assert [guard.is_news_to(one) for one in (ana, bo, ana)] == [True, True, False]
    await ask(guard)
    assert guard.is_news_to(ana)


async def test_a_model_is_made_when_it_is_first_needed() -> None:
    made: list[Offer] = []

    def make(offer: Offer) -> LanguageModel:
        made.append(offer)
        return ScriptedModel(says("Hello."), name=offer.model)

    models = Models(read_offers(Settings(models="openai:a,openai:b")), make, StandingClock(NOW))
    assert models.named("openai:b") is models.named("openai:b")
    assert [one.name for one in made] == ["openai:b"]
    await models.close()
