"""A door, open, on a Slack of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.house import MANIFEST, House, open_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A small team with Convene in it."""
    async with open_house() as opened:
        yield opened


__all__ = ["MANIFEST", "house"]
