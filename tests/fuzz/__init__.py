"""Damaged and hostile files, drawn without end, against everything that reads files."""
