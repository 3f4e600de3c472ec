"""Studies: the published comparison, the accuracy ceiling and the stress curves."""
