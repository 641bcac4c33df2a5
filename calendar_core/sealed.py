"""The sealed credentials of linked accounts, for changing keys. Using them is `accounts`."""

from sqlalchemy import select, update

from calendar_core.accounts import about
from calendar_core.database import Database
from calendar_core.errors import CannotOpen
from calendar_core.tables import LinkedAccountRow
from calendar_core.vault import Vault


class SealedCredentials:
    """All credentials of linked accounts."""

    name = "linked accounts"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def count(self) -> int:
        """How many there are."""
        return len(await self._all())

    async def old(self) -> int:
        """How many are sealed with another key than the newest. Raises KeysUnusable."""
        return sum(self._vault.is_old(sealed) for _, sealed in await self._all())

    async def lost(self) -> int:
        """How many no key opens. Raises KeysUnusable."""
        return sum(not self._opens(id_, sealed) for id_, sealed in await self._all())

    async def seal_anew(self) -> int:
        """Seal with the newest key what is not; what no key opens is left as it is. How many were
        sealed anew. Done again, it does the rest."""
        done = 0
        for id_, sealed in await self._all():
            if not self._vault.is_old(sealed) or not self._opens(id_, sealed):
                continue
            async with self._database.session() as session:
                # What was renewed meanwhile holds other credentials: it stays, sealed newly.
                kept = await session.execute(
                    update(LinkedAccountRow)
                    .where(LinkedAccountRow.id == id_, LinkedAccountRow.sealed == sealed)
                    .values(sealed=self._vault.seal_anew(sealed))
                    .returning(LinkedAccountRow.id)
                )
                done += len(kept.all())
        return done

    def _opens(self, id_: str, sealed: str) -> bool:
        try:
            self._vault.open(sealed, about(id_))
        except CannotOpen:
            return False
        return True

    async def _all(self) -> list[tuple[str, str]]:
        async with self._database.reading() as session:
            rows = await session.execute(select(LinkedAccountRow.id, LinkedAccountRow.sealed))
            return [(id_, sealed) for id_, sealed in rows]
