"""The conversation: people, turns, tools, cards and the model. Speaks to chat platforms in its own
words."""
