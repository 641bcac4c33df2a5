"""What asking a model took, and what that costs: pure values. Kept at rest by `usage`."""

from dataclasses import dataclass

MILLION = 1_000_000
"""Costs are whole millionths of the operator's currency, so that sums of them are exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What asking a model took: how often it was asked, and how much it read and wrote."""

    calls: int = 0
    """How often it was asked, also where it did not answer."""
    tokens_in: int = 0
    """All that it read, what the vendor had kept from before included."""
    tokens_cached: int = 0
    """Of `tokens_in`: what the vendor had kept from before."""
    tokens_stored: int = 0
    """Of `tokens_in`: what the vendor keeps from now on, where it charges for that."""
    tokens_out: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_cached=self.tokens_cached + other.tokens_cached,
            tokens_stored=self.tokens_stored + other.tokens_stored,
            tokens_out=self.tokens_out + other.tokens_out,
        )

    @property
    def tokens(self) -> int:
        """All that was read and written."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, in the operator's currency."""

    read: float
    cached: float
    """Read again from what the vendor had kept."""
    written: float
    stored: float | None = None
    """Read, and kept by the vendor; None: as `read`."""

    def of(self, spent: Spent) -> int:
        """The cost in millionths of the currency."""
        fresh = max(spent.tokens_in - spent.tokens_cached - spent.tokens_stored, 0)
        stored = self.read if self.stored is None else self.stored
        return round(
            fresh * self.read
            + spent.tokens_cached * self.cached
            + spent.tokens_stored * stored
            + spent.tokens_out * self.written
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken, as limits count it."""

    tokens: int = 0
    """All that was read and written."""
    cost: int = 0
    """Millionths of the operator's currency; what has no known price counts nothing."""

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(tokens=self.tokens + other.tokens, cost=self.cost + other.cost)

    def exceeds(self, tokens: int | None, cost: int | None) -> bool:
        """Whether it is more than so much of either; None: as much as one likes."""
        too_many = tokens is not None and self.tokens > tokens
        return too_many or (cost is not None and self.cost > cost)


def taken(spent: Spent, prices: Prices | None) -> Taken:
    """That, as limits count it."""
    return Taken(tokens=spent.tokens, cost=prices.of(spent) if prices is not None else 0)
