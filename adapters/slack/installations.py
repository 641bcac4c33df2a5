"""Who installed the app, with tokens sealed: the stores of Slack's OAuth v2 over our database.

An installation is one of a workspace, or of a whole organization (Enterprise Grid). People's own
tokens are neither asked for nor kept. Renewing tokens is `workspaces`; the flow itself is Bolt's.
"""

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta
from logging import Logger
from secrets import token_urlsafe
from typing import Any

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from adapters.slack.ports import Vault
from adapters.slack.tables import InstallationRow, StateRow
from adapters.slack.workspaces import LIBRARY
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, CannotOpen

log = logging.getLogger("convene.slack.installations")

STATE_LIVES = timedelta(minutes=10)
"""How long somebody may take to agree to an installation."""


class InstallationStore(AsyncInstallationStore):
    """The bots of one app, by workspace or organization; their tokens sealed."""

    def __init__(self, database: Database, vault: Vault, client_id: str) -> None:
        self._database = database
        self._vault = vault
        self._client = client_id

    @property
    def logger(self) -> Logger:
        return LIBRARY

    async def async_save(self, installation: Installation) -> None:
        """Keep what somebody just agreed to. Raises BoltError, which Bolt shows as a page."""
        try:
            await self.async_save_bot(installation.to_bot())
        except CalendarError as err:
            log.error("installation not kept error=%s: %s", type(err).__name__, err)
            raise BoltError("the installation could not be kept") from err
        log.info("installed where=%s", _place(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot, also with its renewed tokens. Raises KeysUnusable, DatabaseUnusable."""
        place = _place(bot)
        values = _values(bot) | {"sealed": self._vault.seal(_tokens(bot), self._about(place))}
        try:
            await self._keep(place, values)
        except IntegrityError:  # another installed it at the same moment
            await self._keep(place, values)

    async def _keep(self, place: str, values: dict[str, Any]) -> None:
        async with self._database.session() as session:
            row = await session.get(InstallationRow, (self._client, place))
            if row is None:
                session.add(InstallationRow(client=self._client, place=place, **values))
                return
            for name, value in values.items():
                setattr(row, name, value)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The bot of a workspace, or of the organization; None where the app is not installed, and
        where its tokens can't be opened any more. Raises KeysUnusable, DatabaseUnusable."""
        place = enterprise_id if is_enterprise_install or not team_id else team_id
        async with self._database.reading() as session:
            row = await session.get(InstallationRow, (self._client, place or ""))
        if row is None:
            return None
        try:
            tokens = json.loads(self._vault.open(row.sealed, self._about(row.place)))
        except CannotOpen as err:
            log.error("tokens not opened where=%s: %s", row.place, err)
            return None
        return _bot(row, tokens)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a bot whose token was revoked; for a whole organization there is no `team_id`."""
        place = team_id or enterprise_id or ""
        async with self._database.session() as session:
            await session.execute(
                delete(InstallationRow).where(
                    InstallationRow.client == self._client, InstallationRow.place == place
                )
            )
        log.info("uninstalled where=%s", place)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing: people's own tokens are not kept."""

    async def places(self) -> tuple[tuple[str | None, str | None], ...]:
        """Organization and workspace of every installation; no workspace for one of a whole
        organization."""
        wanted = (
            select(InstallationRow.enterprise, InstallationRow.team)
            .where(InstallationRow.client == self._client)
            .order_by(InstallationRow.installed_at, InstallationRow.place)
        )
        async with self._database.reading() as session:
            return tuple((enterprise, team) for enterprise, team in await session.execute(wanted))

    def _about(self, place: str) -> str:
        return _about(self._client, place)


class SealedTokens:
    """All that Slack's door keeps sealed, whatever app it belongs to: for changing keys."""

    name = "Slack installations"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def count(self) -> int:
        """How many there are."""
        return len(await self._all())

    async def old(self) -> int:
        """How many are sealed with another key than the newest. Raises KeysUnusable."""
        return sum(self._vault.is_old(sealed) for _, _, sealed in await self._all())

    async def lost(self) -> int:
        """How many no key opens. Raises KeysUnusable."""
        return sum(not self._opens(*row) for row in await self._all())

    async def seal_anew(self) -> int:
        """Seal with the newest key what is not; what no key opens is left as it is. How many were
        sealed anew. Done again, it does the rest."""
        done = 0
        for client, place, sealed in await self._all():
            if not self._vault.is_old(sealed) or not self._opens(client, place, sealed):
                continue
            async with self._database.session() as session:
                # What was renewed meanwhile holds other tokens: it stays, and is sealed newly.
                kept = await session.execute(
                    update(InstallationRow)
                    .where(
                        InstallationRow.client == client,
                        InstallationRow.place == place,
                        InstallationRow.sealed == sealed,
                    )
                    .values(sealed=self._vault.seal_anew(sealed))
                    .returning(InstallationRow.place)
                )
                done += len(kept.all())
        return done

    def _opens(self, client: str, place: str, sealed: str) -> bool:
        try:
            self._vault.open(sealed, _about(client, place))
        except CannotOpen:
            return False
        return True

    async def _all(self) -> list[tuple[str, str, str]]:
        wanted = select(InstallationRow.client, InstallationRow.place, InstallationRow.sealed)
        async with self._database.reading() as session:
            return [
                (client, place, sealed) for client, place, sealed in await session.execute(wanted)
            ]


class StateStore(AsyncOAuthStateStore):
    """What was given to a browser to come back with: good once, for ten minutes. Only its hash
    stands in the database; that it is the same browser is checked by Bolt, with a cookie."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def logger(self) -> Logger:
        return LIBRARY

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new one."""
        state = token_urlsafe(32)
        now = self._clock.now()
        async with self._database.session() as session:
            await session.execute(delete(StateRow).where(StateRow.at <= now - STATE_LIVES))
            session.add(StateRow(mark=_mark(state), at=now))
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was given out, is fresh, and was not used; it is used up now."""
        async with self._database.session() as session:
            used = await session.execute(
                delete(StateRow).where(StateRow.mark == _mark(state)).returning(StateRow.at)
            )
            at = used.scalar_one_or_none()
        return at is not None and at > self._clock.now() - STATE_LIVES


def _mark(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _about(client: str, place: str) -> str:
    return f"slack {client} {place}"


def _place(installed: Bot | Installation) -> str:
    """A workspace's or an organization's id; no id is both."""
    whole = installed.is_enterprise_install or not installed.team_id
    place = installed.enterprise_id if whole else installed.team_id
    if not place:
        raise ValueError("an installation is of a workspace or of an organization")
    return place


def _tokens(bot: Bot) -> str:
    return json.dumps({"token": bot.bot_token, "refresh": bot.bot_refresh_token})


def _values(bot: Bot) -> dict[str, Any]:
    return {
        "app": bot.app_id or "",
        "enterprise": bot.enterprise_id,
        "team": bot.team_id,
        "name": bot.team_name or bot.enterprise_name or "",
        "bot": bot.bot_id,
        "bot_user": bot.bot_user_id,
        "scopes": ",".join(bot.bot_scopes),
        "token_ends": _instant(bot.bot_token_expires_at),
        "installed_at": _instant(bot.installed_at),
    }


def _instant(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def _bot(row: InstallationRow, tokens: dict[str, str | None]) -> Bot:
    return Bot(
        app_id=row.app,
        enterprise_id=row.enterprise,
        team_id=row.team,
        team_name=row.name if row.team else None,
        enterprise_name=None if row.team else row.name,
        bot_token=tokens["token"] or "",
        bot_id=row.bot,
        bot_user_id=row.bot_user,
        bot_scopes=row.scopes,
        bot_refresh_token=tokens["refresh"],
        bot_token_expires_at=int(row.token_ends.timestamp()) if row.token_ends else None,
        is_enterprise_install=row.place == row.enterprise,
        installed_at=row.installed_at,
    )
