"""Every door to the outside that people use, one folder a door. Doors do not know each other."""
