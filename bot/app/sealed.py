"""What is sealed, and with which keys: for the doors that keep secrets, and for changing keys."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bot.settings import Settings
from calendar_core.database import Database
from calendar_core.sealed import sealed_credentials
from calendar_core.vault import Vault


class SealedPlace(Protocol):
    """Somewhere that sealed secrets are kept."""

    @property
    def name(self) -> str:
        """For example "Slack installations"."""
        ...

    async def count(self) -> int:
        """How many there are."""
        ...

    async def old(self) -> int:
        """How many are sealed with another key than the newest. Raises KeysUnusable."""
        ...

    async def lost(self) -> int:
        """How many no key opens. Raises KeysUnusable."""
        ...

    async def seal_anew(self) -> int:
        """Seal with the newest key what is not; how many were."""
        ...


def make_vault(settings: Settings, data: Path) -> Vault:
    """The vault of a data folder, or of the keys in the settings."""
    return Vault(data, settings.keys.get_secret_value() if settings.keys else None)


def sealed_places(database: Database, vault: Vault) -> Sequence[SealedPlace]:
    """Everywhere that sealed secrets are kept."""
    from adapters.slack.installations import SealedTokens
    from bot.linking_states import sealed_linkings

    return (
        SealedTokens(database, vault),
        sealed_credentials(database, vault),
        sealed_linkings(database, vault),
    )
