"""A small stateful Discord on loopback: REST v10 and the gateway, as far as documented."""
