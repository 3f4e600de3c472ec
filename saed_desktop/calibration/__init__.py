"""Calibration: scale and ellipse from standards, rings and radial profiles."""
