"""What of the outside may be reached when somebody names a server: which addresses, how long, how
much. Reaching it is each provider's own affair.
"""

import ipaddress
from dataclasses import dataclass

PRIVATE = "That address is in a private network, which I may not reach."
CONNECT_WITHIN = 10.0
"""Seconds."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What of the outside may be reached, and how."""

    private: bool = False
    """Whether addresses of private networks and plain http may be used: the operator's choice."""
    ca_file: str | None = None
    """A file of certificates to trust; None: those of the system."""
    silence: float = 30.0
    """Seconds without a byte, after which an exchange is given up."""
    patience: float = 120.0
    """The same where much is asked at once: a server may first read thousands of files."""
    longest: float = 300.0
    """Seconds that one exchange may take."""
    largest: int = 64 * 1024 * 1024
    """Bytes of an answer."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open Internet, however it is wrapped."""
    at = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(at, ipaddress.IPv6Address):
        inner = at.ipv4_mapped or at.sixtofour or (at.teredo[1] if at.teredo else None)
        if at in _NAT64:
            inner = ipaddress.IPv4Address(int(at) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return at.is_global and not at.is_multicast
