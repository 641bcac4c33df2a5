"""Words for times, read whole or refused. One entry, `resolve`; `find` looks for such words in a sentence."""
