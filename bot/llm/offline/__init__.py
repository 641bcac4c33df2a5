"""A language model of rules: no key, no network, the same tools. The default model.

It reads what the person wrote, never what a tool brought back, as a request. Reading the words for
times is `calendar_core.phrases`; what tools take is `bot.tools.arguments`.
"""
