"""Patterns indexed where the user says which spots or which orientation."""
