"""The Discord door: discord.py listens and speaks."""
