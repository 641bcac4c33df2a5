"""The port that asks a provider when somebody else of the same organization is taken.

Only times are asked for and told. What a provider does not answer stays unknown, and unknown is not
free.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from calendar_core.linking import AccountId
from calendar_core.when import TimeSpan


class Colleagues(Protocol):
    """Asks one provider with a linked account."""

    async def busy_of(
        self, account_id: AccountId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, tuple[TimeSpan, ...]]:
        """When people are taken, by mail address; who can't be told is left out.

        Raises NotAllowed (this account may not ask), SignInNeeded, TryLater.
        """
        ...
