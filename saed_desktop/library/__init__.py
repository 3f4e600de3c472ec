"""Libraries of structures: the bundled one, the user's own, and the search through them."""
