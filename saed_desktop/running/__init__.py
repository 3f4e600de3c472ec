"""Running: many files indexed one after the other or in several processes."""
