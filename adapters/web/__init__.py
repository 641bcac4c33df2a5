"""The web door: one server for whoever has to call Convene over HTTP."""
