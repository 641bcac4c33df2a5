"""The fake platform keeps the promises of a real one."""

import pytest

from bot.chat.messages import Place, PlaceKind, Sender
from tests.contracts.chat_platform import ChatPlatformContract, Visible
from tests.fakes.platform import FakePlatform


class FakeStage:
    def __init__(self) -> None:
        self.platform = FakePlatform()
        self.ana = Sender(platform="fake", workspace="", user="ana", name="Ana")
        self.team = Place(
            platform="fake", workspace="", channel="#team", kind=PlaceKind.CHANNEL, name="#team"
        )

    async def visible(self) -> list[Visible]:
        return [
            Visible(said.ref.id, said.card, said.seen_by.user if said.seen_by else None)
            for said in self.platform.said
        ]

    def forms(self) -> list[str]:
        return [asked.form.value for asked in self.platform.asked]


class TestFakePlatform(ChatPlatformContract):
    @pytest.fixture
    def stage(self) -> FakeStage:
        return FakeStage()
