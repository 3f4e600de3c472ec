"""Names of the choices in the window of a scan."""

BRIGHT_FIELD, DARK_FIELD = "bright", "dark"
VIRTUAL, PHASES = "virtual", "phases"
PLAIN, BY_PROBABILITY, BY_INTENSITY = "plain", "probability", "intensity"
