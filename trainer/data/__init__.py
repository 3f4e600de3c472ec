"""Patterns to train on: measured ones from disk, simulated ones without end."""
