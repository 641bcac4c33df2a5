"""Refusals in Google's shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Refusal(Exception):
    """An error that is answered."""

    status: int
    reason: str
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """As Calendar v3 tells errors."""
        one = {"domain": "calendar", "reason": self.reason, "message": self.message or self.reason}
        return {
            "error": {
                "errors": [one],
                "code": self.status,
                "message": self.message or self.reason,
            }
        }


def bad(reason: str, message: str = "") -> Refusal:
    """A request that makes no sense."""
    return Refusal(400, reason, message)
