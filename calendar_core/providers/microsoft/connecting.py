"""From a calendar or an account of ours to the mailbox that it is in."""

from typing import Protocol

from calendar_core.events import CalendarId
from calendar_core.linking import Account as LinkedAccount
from calendar_core.linking import AccountId, Connection, Connections, Credentials
from calendar_core.providers.microsoft.client import Graph, Mailbox
from calendar_core.providers.microsoft.collection import Account, Collection

PROVIDER = "microsoft"


class TokenSource(Protocol):
    """Gives what an account calls Graph with: `tokens.Tokens`."""

    async def token(
        self, account_id: AccountId, credentials: Credentials, *, refused: str = ""
    ) -> str:
        """An access token; another one than that which Graph refused. Raises SignInNeeded,
        NotAllowed, TryLater."""
        ...


class Mailboxes:
    """The mailboxes of linked accounts."""

    def __init__(self, graph: Graph, tokens: TokenSource, connections: Connections) -> None:
        self._graph = graph
        self._tokens = tokens
        self.connections = connections

    async def collection(self, calendar_id: CalendarId) -> tuple[Collection, Connection]:
        """A calendar, and how it is reached. Raises NotFound, SignInNeeded."""
        connection = await self.connections.connection(calendar_id)
        account = self.account(connection.account, connection.credentials)
        owner = connection.address.lower()
        sharer = owner if owner != account.me else ""
        return Collection(account, connection.remote, sharer), connection

    def account(self, account: LinkedAccount, credentials: Credentials) -> Account:
        """A linked account's mailbox."""
        return Account(mailbox=self.mailbox(account.id, credentials), me=cal_address(account))

    def mailbox(self, account_id: AccountId, credentials: Credentials) -> Mailbox:
        """The way to it."""

        async def token(refused: str) -> str:
            return await self._tokens.token(account_id, credentials, refused=refused)

        return self._graph.mailbox(account_id, token)


def cal_address(account: LinkedAccount) -> str:
    """Its owner among guests."""
    return f"mailto:{account.address.strip().lower()}"
