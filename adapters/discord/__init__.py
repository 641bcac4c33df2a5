"""Discord: slash commands, mentions, direct messages, menus and forms over discord.py."""
