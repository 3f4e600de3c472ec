"""Exported neural networks: what they see, where they are kept, how they are run."""
