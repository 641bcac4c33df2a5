"""The door for other assistants: the tools over the Model Context Protocol."""
