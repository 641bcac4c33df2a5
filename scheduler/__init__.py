"""Time and due work: the durable queue, its ticker, reminders, digests, finishing. Knows nothing of
chat."""
