"""Which app we are at Google, and where Google is."""

from dataclasses import dataclass, field

import httplib2

PROVIDER = "google"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What an operator set up, and how long we wait."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    """Ends in `/calendar/v3/`."""
    auth_url: str
    token_url: str
    ca_file: str | None = None
    """Certificates to trust in place of the library's."""
    silence: float = 20.0
    """Seconds without a byte after which a connection is given up."""
    longest: float = 60.0
    """Seconds that one call may take."""
    pause: float = 1.0
    """Seconds between two looks at what Google does by and by."""

    @property
    def revoke_url(self) -> str:
        """Where a token is given back: beside where it was got."""
        return f"{self.token_url.rpartition('/')[0]}/revoke"

    def http(self) -> httplib2.Http:
        """A connection of its own; it goes nowhere else than where it is sent."""
        made = httplib2.Http(timeout=self.silence, ca_certs=self.ca_file)
        made.follow_redirects = False
        return made
