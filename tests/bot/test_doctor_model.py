"""`convene doctor` and the models that are offered: asked as their libraries ask, for no money."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app.telling import unkept_limits
from bot.doctor.finding import Mark
from bot.doctor.model import check_model
from bot.doctor.outside import Answer, Outside
from bot.settings import Settings


class Vendor:
    """Stands for the outside: some models, other names for them, one good key."""

    def __init__(self, listed: tuple[str, ...] = ("small",), others: tuple[str, ...] = ()) -> None:
        self._listed = listed
        self._others = others
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def ask(
        self,
        method: str,
        url: str,
        *,
        authorization: str = "",
        also: Mapping[str, str] | None = None,
    ) -> Answer:
        headers = dict(also or {})
        self.asked.append((url, headers))
        if "bad" in str(headers):
            return Answer(status=401, headers={}, body={})
        name = url.partition("/models/")[2]
        if name:
            return Answer(status=200 if name in self._others else 404, headers={}, body={})
        body: dict[str, Any] = {"data": [{"id": one} for one in self._listed]}
        return Answer(status=200, headers={}, body=body)


async def looked(outside: Vendor, **settings: str) -> tuple[Mark, str]:
    made = Settings.model_validate({name.lower(): value for name, value in settings.items()})
    (found,) = await check_model(made, cast(Outside, outside))
    return found.mark, str(found)


@pytest.mark.parametrize(
    ("model", "mark", "words"),
    [
        ("anthropic:small", Mark.WELL, "is reachable"),
        ("anthropic:latest", Mark.WELL, "is reachable"),
        ("anthropic:big", Mark.ODD, "'big'"),
        ("anthropic:a/../b", Mark.ODD, "'a/../b'"),
    ],
)
async def test_a_model_may_be_known_by_more_names_than_are_listed(
    model: str, mark: Mark, words: str
) -> None:
    vendor = Vendor(others=("latest",))
    found = await looked(vendor, model=model, anthropic_api_key="good")
    assert (found[0], words in found[1]) == (mark, True), found
    url, headers = vendor.asked[0]
    assert url == "https://api.anthropic.com/v1/models?limit=1000"
    assert headers == {"anthropic-version": "2026-10-21", "Authorization": "Bearer good"}


async def test_a_server_of_ones_own_is_given_the_key_in_both_places() -> None:
    vendor = Vendor()
    found = await looked(
        vendor,
        model="anthropic:small",
        anthropic_api_key="good",
        anthropic_base_url="http://local:1/v1/",
    )
    assert found[0] is Mark.WELL
    url, headers = vendor.asked[0]
    assert url == "http://local:1/v1/models?limit=1000"
    assert (headers["Authorization"], headers["x-api-key"]) == ("Bearer good", "good")


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_key_is_missing_or_refused(vendor: str) -> None:
    name = f"{vendor}:small"
    mark, words = await looked(Vendor(), model=name)
    assert (mark, f"Set {vendor.upper()}_API_KEY" in words) == (Mark.WRONG, True)
    mark, words = await looked(Vendor(), **{"model": name, f"{vendor}_api_key": "bad"})
    assert (mark, "the key is refused" in words) == (Mark.WRONG, True)


async def test_a_model_without_tool_calls_says_what_is_done_instead() -> None:
    found = await looked(Vendor(), model="openai:small", openai_api_key="good", tool_calls="off")
    assert found == (
        Mark.WELL,
        "✓ model: openai:small is reachable; without tool calls: it is given the agenda",
    )


async def test_a_limit_of_cost_that_no_price_can_keep_is_told(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(
        '[models.small]\nmodel = "openai:small"\n[models.big]\nmodel = "openai:small"\n'
        "prices = { input = 3, output = 15 }\n"
    )
    told = {"model": "big", "models": str(file), "openai_api_key": "good"}
    bounded = Settings.model_validate({**told, "house_cost_per_day": "5"})
    *_, found = await check_model(bounded, cast(Outside, Vendor()))
    assert (found.mark, str(found)) == (
        Mark.ODD,
        "! model: no limit of cost is kept for small: no price is known. Give its prices in a "
        "file that CONVENE_MODELS names; the README shows one.",
    )
    assert unkept_limits(bounded) == [
        "model: no limit of cost is kept for small: no price is known. See convene doctor."
    ]
    tight = Settings.model_validate({**told, "cost_per_turn": "0.02"})
    *_, found = await check_model(tight, cast(Outside, Vendor()))
    assert str(found) == (
        "! model: big is never asked: a limit is less than one question takes. A question takes "
        "some 7,000 tokens; raise what CONVENE_TOKENS_… or CONVENE_COST_… allow."
    )
    free = Settings.model_validate(told)
    assert len(await check_model(free, cast(Outside, Vendor()))) == 2
    assert unkept_limits(free) == []
