"""Deciding: posterior probabilities and the verdict over network and spot indexing."""
