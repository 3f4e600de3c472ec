"""Solving: hypotheses, refinement and ranked candidates for each phase."""
