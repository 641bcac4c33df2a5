"""What the door leaves out where it would cost more than it gives."""

import asyncio

import pytest

from adapters.slack.incoming import place
from adapters.slack.status import MOST
from adapters.slack.workspaces import Wire
from tests.adapters.slack.house import AT_ONCE, open_house


async def test_where_many_wait_only_some_are_told_that_something_goes_on() -> None:
    async with open_house(pace=AT_ONCE) as house:
        people = [house.acme.user(f"Person {n}") for n in range(MOST + 5)]
        places = []
        for person in people:
            asked = await person.dms("what's on?")
            places.append((place(house.acme.id, person.dm.id, thread=asked.ts), person))
        await house.slack.until(lambda: len(house.heard.messages) == len(people))
        for where, person in places:
            await house.platform.working(where, house.sender(person), "Looking")
        assert await house.slack.until(lambda: len(house.slack.statuses) == MOST)
        await asyncio.sleep(0.05)
        assert len(house.slack.statuses) == MOST
        for where, person in places:
            await house.platform.working(where, house.sender(person), "")
        where, person = places[-1]
        await house.platform.working(where, house.sender(person), "Looking again")
        assert await house.slack.until(lambda: len(house.slack.statuses) == 2 * MOST + 1)


async def test_the_environment_is_asked_at_each_call_only_where_it_names_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Wire("http://127.0.0.1/api/")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    asked = []
    for proxy in ("", "http://127.0.0.1:9"):
        if proxy:
            monkeypatch.setenv("https_proxy", proxy)
        wire.open()
        assert wire.session is not None
        asked.append(wire.session.trust_env)
        await wire.close()
    assert asked == [False, True]
