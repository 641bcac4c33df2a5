"""Language models behind one port. Models propose; nothing here can write to a calendar."""
