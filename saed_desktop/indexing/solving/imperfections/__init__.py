"""Additions of twins, faults and thin crystals to a pattern."""
