"""The schema's history: `versions` holds one numbered file a step, for every room's tables.

A migration is plain `op` calls and imports nothing of the house. The next one takes the next
number, as file name, `revision` and, in its successor, `down_revision`. Steps add first and remove
later.
"""
