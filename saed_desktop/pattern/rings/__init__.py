"""Rings of many small crystals: where they lie, how broad and how strong they are."""
