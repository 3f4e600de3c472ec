"""Computed diffraction: a phase in an orientation gives reflections. Knows no image file."""
