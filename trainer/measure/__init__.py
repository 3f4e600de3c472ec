"""Benchmark: answers over labelled patterns and their figures of merit."""
