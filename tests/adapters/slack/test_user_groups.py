"""User groups among guests: who is in one, asked of Slack at that moment."""

import pytest

from bot.chat.platform import GroupsThere, PlatformError
from tests.adapters.slack.house import House
from tests.servers.slack.world import UserGroup


def a_group(house: House) -> UserGroup:
    """@design of Ana's and Ben's."""
    users = [house.ana.id, house.ben.id]
    group = UserGroup(id="S0DESIGN1", team=house.acme.id, handle="design", users=users)
    house.slack.backend.world.groups[group.id] = group
    return group


@pytest.mark.parametrize("said", ["@design", "@Design", "@S0DESIGN1"])
async def test_a_group_is_known_by_handle_or_id(house: House, said: str) -> None:
    group = a_group(house)
    assert isinstance(house.platform, GroupsThere)
    members = await house.platform.members_of(house.place(), said)
    assert members is not None
    assert [one.user for one in members] == group.users
    assert [one.name for one in members] == ["Ana", "Ben"]
    assert await house.platform.members_of(house.place(), "@nobody") is None
    assert house.slack.complaints == []


async def test_who_comes_and_goes_is_seen_at_once(house: House) -> None:
    group = a_group(house)
    assert len(await house.platform.members_of(house.place(), "@design") or ()) == 2
    group.users.append(house.eve.id)
    assert len(await house.platform.members_of(house.place(), "@design") or ()) == 3


async def test_without_the_scope_it_is_said_what_to_do(house: House) -> None:
    a_group(house)
    house.slack.fault("usergroups.list", error="missing_scope", times=1)
    with pytest.raises(PlatformError, match="doesn't let me see who is in @design"):
        await house.platform.members_of(house.place(), "@design")


async def test_a_group_that_is_mentioned_by_id_alone_is_read_by_its_handle(house: House) -> None:
    """Slack leaves the label out; a group that can't be told keeps its id."""
    a_group(house)
    await house.ben.mentions(house.team, "lunch with <!subteam^S0DESIGN1> and <!subteam^S0OTHER>")
    aside = await house.ben.says(house.team, f"<!subteam^S0DESIGN1> <@{house.ana.id}> at 3?")
    await house.ben.uses_shortcut("event_of_message", on=aside)
    await house.door.settle()
    assert [one.text for one in house.heard.messages] == ["lunch with @design and @S0OTHER"]
    [used] = house.heard.shortcuts
    assert used.message is not None
    assert used.message.text == "@design @Ana at 3?"
    assert len(house.slack.calls("usergroups.list")) == 1
