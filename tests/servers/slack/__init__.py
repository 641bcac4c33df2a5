"""A small Slack on loopback for tests: the Web API, Socket Mode and signed HTTP, with state.

It speaks what Slack documents and refuses what Slack refuses, so that the real slack-bolt and
slack-sdk run against it unchanged. `SlackServer` is the door; `Workspace` and `Member` are how a
test makes teams and lets people write, press and look. What Slack would silently swallow stands in
`SlackServer.complaints`.
"""

from tests.servers.slack.server import SlackServer
from tests.servers.slack.workspace import Member, Workspace

__all__ = ["Member", "SlackServer", "Workspace"]
