"""The Slack door: Bolt listens, the Web API speaks."""
