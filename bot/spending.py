"""What asking a model took, and what that costs: pure values. Kept at rest by `usage`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What asking a model took: how often it was asked, and how much it read and wrote."""

    calls: int = 0
    """How often it was asked, also where it did not answer."""
    tokens_in: int = 0
    """All that it read, what the vendor had kept from before included."""
    tokens_cached: int = 0
    """Of `tokens_in`: what the vendor had kept from before."""
    tokens_out: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_cached=self.tokens_cached + other.tokens_cached,
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
    written: float

    def of(self, spent: Spent) -> int:
        """The cost in millionths of the currency."""
        fresh = max(spent.tokens_in - spent.tokens_cached, 0)
        return round(
            fresh * self.read + spent.tokens_cached * self.cached + spent.tokens_out * self.written
        )
