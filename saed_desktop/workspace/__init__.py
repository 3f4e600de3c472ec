"""What a user's work consists of, without a window: patterns, edits, labels, runs, files."""
