"""The terminal keeps a chat platform's promises, and shows what a dead process kept."""

import pytest

from adapters.console import incoming
from adapters.console.platform import ConsolePlatform
from adapters.console.store import Store
from bot.chat.cards import Card, Secret, message, plain_text
from bot.chat.messages import Place, Sender
from bot.chat.platform import PlaceGone, Right
from tests.adapters.console.screens import RecordingScreen
from tests.contracts.chat_platform import ASKING, OUTCOME, ChatPlatformContract, Visible


class ConsoleStage:
    def __init__(self, platform: ConsolePlatform, screen: RecordingScreen) -> None:
        self.platform = platform
        self._screen = screen
        self.ana: Sender = incoming.person("ana")
        self.team: Place = incoming.channel("#team")

    async def visible(self) -> list[Visible]:
        """What the screen was last given of each message; it equals what is kept."""
        posts = {post.id: post for _, post in self._screen.shown}
        for id, post in posts.items():
            assert await self.platform.store.message(id) == post
        return [Visible(post.id, post.card, post.seen_by) for post in posts.values()]

    def forms(self) -> list[str]:
        return [opened.form.value for opened in self._screen.forms]


class TestConsolePlatform(ChatPlatformContract):
    @pytest.fixture
    def stage(self, platform: ConsolePlatform, screen: RecordingScreen) -> ConsoleStage:
        return ConsoleStage(platform, screen)


ANA = incoming.direct("ana")


async def test_messages_are_numbered_over_the_life_of_the_folder(
    platform: ConsolePlatform, store: Store
) -> None:
    first = await platform.post(ANA, message("one"))
    later = ConsolePlatform(store, RecordingScreen())
    second = await later.post(ANA, message("two"))
    assert (first.id, second.id) == ("c1", "c2")


async def test_what_was_kept_and_not_shown_is_shown_at_the_next_start_once(
    platform: ConsolePlatform, screen: RecordingScreen, store: Store
) -> None:
    await platform.post(ANA, message("seen"))
    screen.unplugged = True
    with pytest.raises(PlaceGone):
        await platform.post(ANA, message("lost?"), key="k")

    next_screen = RecordingScreen()
    again = ConsolePlatform(store, next_screen)
    await again.show_waiting()
    ref = await again.post(ANA, message("lost?"), key="k")
    await again.show_waiting()

    assert [(what, post.id, post.key) for what, post in next_screen.shown] == [("post", "c2", "k")]
    assert ref.id == "c2"


async def test_an_edit_that_was_not_shown_is_shown_as_an_edit(
    platform: ConsolePlatform, screen: RecordingScreen, store: Store
) -> None:
    ref = await platform.post(ANA, ASKING)
    screen.unplugged = True
    with pytest.raises(PlaceGone):
        await platform.update(ref, OUTCOME)

    next_screen = RecordingScreen()
    await ConsolePlatform(store, next_screen).show_waiting()
    assert [(what, post.card) for what, post in next_screen.shown] == [("edit", OUTCOME)]


async def test_a_direct_conversation_is_its_owners(platform: ConsolePlatform) -> None:
    assert await platform.may(incoming.person("ana"), ANA, Right.MANAGE)
    assert not await platform.may(incoming.person("bo"), ANA, Right.SPEAK)


async def test_a_place_without_name_is_gone(platform: ConsolePlatform) -> None:
    with pytest.raises(PlaceGone):
        await platform.post(incoming.direct(""), message("to nobody"))


async def test_a_secret_is_shown_this_once_and_kept_nowhere(
    platform: ConsolePlatform, screen: RecordingScreen, store: Store
) -> None:
    ref = await platform.post(ANA, Card(body=(("it is ", Secret("s3cret")),)))
    await platform.update(ref, Card(title=(Secret("s3cret"),)))
    assert [plain_text(post.card) for _, post in screen.shown] == ["it is s3cret", "s3cret"]
    kept = await store.message(ref.id)
    assert kept is not None
    assert plain_text(kept.card) == "(shown once)"
