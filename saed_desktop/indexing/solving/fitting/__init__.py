"""The likelihood of an orientation, and its refinement."""
