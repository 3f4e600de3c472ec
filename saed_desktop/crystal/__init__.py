"""Crystallography: lattices, symmetry, scattering factors, phases. Knows no image."""
