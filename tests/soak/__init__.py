"""Kill tests: real processes, killed at random instants."""
