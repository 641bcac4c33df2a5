"""The composition root: the one room that names every concrete class and joins them.

Nothing here decides anything. Slow libraries that are not configured are not imported.
"""
