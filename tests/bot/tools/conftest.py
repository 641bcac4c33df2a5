"""Everything a tool's test needs."""

import pytest

from tests.bot.seeded import Seeded
from tests.bot.tools.asking import Asking


@pytest.fixture
def ask(there: Seeded) -> Asking:
    """Ana, asking."""
    return Asking(there)
