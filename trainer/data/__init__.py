"""Labelled patterns: lists, checks, splits, caches and the batches that training asks for."""
