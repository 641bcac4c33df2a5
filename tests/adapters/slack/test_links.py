"""Links to calendars: which of them the conversation hears of, and what is shown beneath them."""

import pytest

from bot.chat.cards import Card, Field, Strong
from bot.chat.messages import MessageRef
from bot.chat.platform import LinkPreviews, PlaceGone
from tests.adapters.slack.house import House

PAGE = "https://calendar.google.com/calendar/event?eid=abcdefghij"
CARD = Card(title=(Strong("Planning <!here>"),), fields=(Field(name="when", value=("Friday",)),))


async def test_a_link_in_a_channel_is_heard_of_once(house: House) -> None:
    root = await house.ben.says(house.team, "hello")
    said = await house.ben.says(house.team, f"come to <{PAGE}> all", thread=root)
    await house.slack.post.again(house.slack.deliveries[-1])
    await house.door.settle()
    assert [one.urls for one in house.heard.links] == [(PAGE,)] * 2
    first, again = house.heard.links
    assert first.id == again.id, "the engine takes an id on once"
    assert first.sender.email == "ben@acme.test"
    assert first.place == house.place(thread=root.ts)
    assert first.message == MessageRef(place=first.place, id=said.ts)


async def test_what_is_still_written_or_said_without_the_bot_is_not_looked_at(
    house: House,
) -> None:
    """What is shown in the composer goes along wherever that is sent; other people's conversations
    are theirs."""
    await house.ben.composes(PAGE)
    await house.ben.says(house.acme.between(house.ana, house.ben), PAGE)
    await house.ben.says(house.acme.channel("elsewhere", house.ben, bot=False), PAGE)
    await house.ben.says(house.team, "https://example.org/eventedit/abcdefghij")
    await house.door.settle()
    told = [one for one in house.slack.deliveries if one.payload["event"]["type"] == "link_shared"]
    assert len(told) == 3, "Slack tells of them all"
    assert house.heard.links == []


async def test_what_a_link_leads_to_is_shown_beneath_it(house: House) -> None:
    assert isinstance(house.platform, LinkPreviews)
    said = await house.ben.says(house.team, PAGE)
    ref = MessageRef(place=house.place(), id=said.ts)
    await house.platform.preview(ref, {PAGE: CARD})
    await house.platform.preview(ref, {PAGE: CARD})
    [(url, blocks)] = said.unfurls.items()
    assert url == PAGE
    assert blocks[0]["text"] == {"type": "plain_text", "text": "Planning <!here>", "emoji": False}
    assert "Friday" in str(blocks[1])


async def test_a_message_that_is_gone_is_told(house: House) -> None:
    ref = MessageRef(place=house.place(), id="1700000000.000001")
    with pytest.raises(PlaceGone):
        await house.platform.preview(ref, {PAGE: CARD})
    said = await house.ben.says(house.team, "no link any more")
    with pytest.raises(PlaceGone):
        await house.platform.preview(MessageRef(place=house.place(), id=said.ts), {PAGE: CARD})
