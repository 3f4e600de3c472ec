"""Orientations to be tried, from pairs of measured vectors."""
