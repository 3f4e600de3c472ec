"""What the spot lattice alone tells of an unknown crystal: its system, lattice and space group."""
