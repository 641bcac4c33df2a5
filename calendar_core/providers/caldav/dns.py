"""What DNS says of a domain's calendar servers (RFC 6764 §3 and §4): TLS alone."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import dns.exception
import dns.resolver

_WITHIN = 5.0
"""Seconds."""


class SystemNames:
    """Asks the resolver that the system is set up with."""

    async def servers(self, domain: str) -> Sequence[str]:
        """As `discovery.Names` promises."""
        return await asyncio.to_thread(_servers, domain)


def _servers(domain: str) -> list[str]:
    name = f"_caldavs._tcp.{domain}"
    records = sorted(_asked(name, "SRV"), key=lambda one: (one.priority, -one.weight))
    path = next((one for record in _asked(name, "TXT") for one in _paths(record.strings)), "/")
    hosts = ((str(one.target).rstrip("."), int(one.port)) for one in records)
    return [
        f"https://{host}{'' if port == 443 else f':{port}'}{path}" for host, port in hosts if host
    ]


def _paths(strings: Iterable[bytes]) -> Iterable[str]:
    said = b"".join(strings).decode("utf-8", "replace")
    return [said.removeprefix("path=")] if said.startswith("path=/") else []


def _asked(name: str, kind: str) -> list[Any]:
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=_WITHIN))
    except (dns.exception.DNSException, OSError, ValueError):
        return []
