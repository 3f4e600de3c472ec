"""Indexing of rings: which phases give them, on which scale, and what is left."""
