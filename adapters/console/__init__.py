"""The terminal: the reference implementation of `bot.chat.platform`, and the script door."""
