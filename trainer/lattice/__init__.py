"""The lattice statistics: what zone lattices of known crystals say of an unknown one's symmetry."""
