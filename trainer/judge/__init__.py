"""The judge: a network that weighs how well a candidate of any crystal fits a pattern."""
