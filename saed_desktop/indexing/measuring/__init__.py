"""Measurements on an indexed pattern: the unit cell, the way to other zone axes."""
