"""From a trained network to the one file that the desktop opens, and what it may claim."""
