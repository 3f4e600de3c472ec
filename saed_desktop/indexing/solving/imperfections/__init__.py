"""What twins, faults and thin crystals add to a pattern."""
