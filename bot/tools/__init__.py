"""What a model or a command can call. Tools read, propose or note; none of them writes to a
calendar."""
