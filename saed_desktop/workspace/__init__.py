"""The user's work without a window: patterns, edits, labels, runs, files."""
