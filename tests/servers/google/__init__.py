"""A small Google on loopback: Calendar v3 as its documents tell, OAuth, and push channels."""
