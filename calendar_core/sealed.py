"""Sealed columns, for changing keys: the credentials of linked accounts, and what other rooms seal.
Using the credentials is `accounts`."""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from calendar_core.accounts import about
from calendar_core.database import Database
from calendar_core.errors import CannotOpen
from calendar_core.tables import LinkedAccountRow
from calendar_core.vault import Vault


class SealedRows:
    """All that one column of a table keeps sealed; where it is empty, nothing is."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        name: str,
        id_: InstrumentedAttribute[str],
        sealed: InstrumentedAttribute[str],
        about: Callable[[str], str],
    ) -> None:
        self._database = database
        self._vault = vault
        self.name = name
        self._id = id_
        self._sealed = sealed
        self._about = about
        """What each is sealed for, by its id."""

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
                # What was renewed meanwhile holds other secrets: it stays, sealed newly.
                kept = await session.execute(
                    update(self._id.class_)
                    .where(self._id == id_, self._sealed == sealed)
                    .values({self._sealed: self._vault.seal_anew(sealed)})
                    .returning(self._id)
                )
                done += len(kept.all())
        return done

    def _opens(self, id_: str, sealed: str) -> bool:
        try:
            self._vault.open(sealed, self._about(id_))
        except CannotOpen:
            return False
        return True

    async def _all(self) -> list[tuple[str, str]]:
        async with self._database.reading() as session:
            rows = await session.execute(select(self._id, self._sealed).where(self._sealed != ""))
            return [(id_, sealed) for id_, sealed in rows]


def sealed_credentials(database: Database, vault: Vault) -> SealedRows:
    """The credentials of linked accounts."""
    return SealedRows(
        database,
        vault,
        name="linked accounts",
        id_=LinkedAccountRow.id,
        sealed=LinkedAccountRow.sealed,
        about=about,
    )
