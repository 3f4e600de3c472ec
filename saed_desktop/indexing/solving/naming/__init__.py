"""Names of directions and reflections."""
