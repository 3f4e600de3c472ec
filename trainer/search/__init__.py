"""The architecture search: what is trained, in which order, by whom, and what came of it."""
