"""Evidence of the spot lattice alone on an unknown crystal: system, lattice, space group."""
