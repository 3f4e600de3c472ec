"""Patterns indexed without candidates: libraries of structures are searched."""
