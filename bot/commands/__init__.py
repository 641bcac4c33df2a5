"""What stands behind the short commands of `convene`, one file a command."""
