"""A chat platform in our own words. Imports nothing of ours."""
