"""The address by which somebody brings the bot onto a server."""

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,
)
"""All that it needs there."""
SCOPES = ("bot", "applications.commands")


def invite_url(application: int | str) -> str:
    """Where a person with "Manage Server" clicks; `application` is the application's id."""
    return discord.utils.oauth_url(int(application), permissions=PERMISSIONS, scopes=SCOPES)
