"""Every door that people use, one folder each. Doors do not know each other."""
