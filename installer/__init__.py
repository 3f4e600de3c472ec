"""Freezes the program and makes installers of it; no part of what is installed."""
