"""Modals and pages of the stand-in: stacks, hashes, external ids; asked by the real libraries."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer
from tests.servers.slack.conftest import BoltApp, Town
from tests.servers.slack.manifest import GENEROUS
from tests.servers.slack.test_delivery import CARD, MODAL
from tests.servers.slack.test_web_api import error
from tests.servers.slack.world import Json, View


def modal(title: str, **more: Any) -> Json:
    return {**MODAL, "title": {"type": "plain_text", "text": title}, **more}


def page(words: str) -> Json:
    return {"type": "home", "blocks": [{"type": "section", "text": text(words)}]}


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


@pytest.fixture
async def opened(town: Town, bolt: BoltApp) -> View:
    """A modal on Ana's screen; pressing or submitting is acked and keeps the trigger."""

    @bolt.app.global_shortcut("new_event")
    async def show(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("One"))

    await town.ana.uses_shortcut("new_event")
    return await town.ana.gets_modal()


async def test_an_answer_can_put_a_modal_upon_another(
    town: Town, bolt: BoltApp, opened: View
) -> None:
    titles = iter(("Two", "Three"))

    @bolt.app.view("new")
    async def deeper(ack: Any) -> None:
        await ack(response_action="push", view=modal(next(titles)))

    two = (await town.ana.submits(opened, {"Title": "x"})).view
    assert two is not None
    three = (await town.ana.submits(two, {"Title": "x"})).view
    assert three is not None
    assert (three.root, three.previous) == (opened.id, two.id)
    assert town.ana.modal() is three
    await town.ana.closes(three)
    assert town.ana.modal() is two


async def test_an_answer_can_close_all_modals(town: Town, bolt: BoltApp, opened: View) -> None:
    answers = iter(
        ({"response_action": "push", "view": modal("Two")}, {"response_action": "clear"})
    )

    @bolt.app.view("new")
    async def answer(ack: Any) -> None:
        await ack(**next(answers))

    two = (await town.ana.submits(opened, {"Title": "x"})).view
    assert two is not None
    await town.ana.submits(two, {"Title": "x"})
    assert town.ana.modal() is None


async def test_an_update_with_an_old_hash_is_refused(town: Town, opened: View) -> None:
    update = town.client.views_update
    old = opened.hash
    await update(view_id=opened.id, hash=old, view=modal("Two"))
    assert await error(update(view_id=opened.id, hash=old, view=modal("Three"))) == "hash_conflict"
    assert await error(update(view_id="V404", view=modal("Two"))) == "not_found"
    assert opened.body["title"]["text"] == "Two"


async def test_a_modal_that_slack_would_not_draw_is_refused(town: Town, opened: View) -> None:
    long = town.client.views_update(view_id=opened.id, view=modal("x" * 25))
    assert await error(long) == "invalid_arguments"
    large = town.client.views_update(view_id=opened.id, view=modal("x", blocks=["x" * 260_000]))
    assert await error(large) == "view_too_large"


async def test_who_closes_a_modal_is_told_where_that_was_wished(
    town: Town, bolt: BoltApp, opened: View
) -> None:
    closed: list[str] = []

    @bolt.app.view_closed("new")
    async def hear(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        closed.append(view["id"])

    assert await town.ana.closes(opened) is None
    opened.is_open, opened.body["notify_on_close"] = True, True
    await town.ana.closes(opened)
    assert closed == [opened.id]


async def test_a_page_is_one_persons_and_is_drawn_anew(town: Town, bolt: BoltApp) -> None:
    @bolt.app.event("app_home_opened")
    async def draw(event: dict[str, Any], client: AsyncWebClient) -> None:
        words = f"Seen {'again' if 'view' in event else 'first'}"
        await client.views_publish(user_id=event["user"], view=page(words))

    await town.ana.opens_home()
    first = await town.ana.gets_home()
    await town.ana.opens_home()
    assert await town.slack.until(lambda: "again" in str(first.body))
    assert town.ana.home() is first
    assert town.ben.home() is None
    wrong = town.client.views_publish(user_id=town.ana.id, view=modal("One"))
    assert await error(wrong) == "invalid_arguments"


async def test_without_a_home_tab_there_is_no_page() -> None:
    features = {**GENEROUS["features"], "app_home": {"home_tab_enabled": False}}
    async with SlackServer({**GENEROUS, "features": features}) as slack:
        acme = slack.workspace()
        ana = acme.user("Ana")
        client = AsyncWebClient(acme.bot_token, base_url=slack.api_url)
        publish = client.views_publish(user_id=ana.id, view=page("Hello"))
        assert await error(publish) == "not_enabled"
        direct = client.chat_postMessage(channel=ana.id, text="hello")
        assert await error(direct) == "messages_tab_disabled"


async def test_nobody_presses_what_they_do_not_see(town: Town, bolt: BoltApp) -> None:
    await town.client.chat_postEphemeral(
        channel=town.team.id, user=town.ana.id, text="Move?", blocks=CARD
    )
    card = await town.ana.sees("Move lunch?", town.team)
    with pytest.raises(LookupError, match="do not see"):
        await town.ben.clicks(card, "Confirm")
    with pytest.raises(LookupError, match="no button"):
        await town.ana.clicks(card, "Cancel")
