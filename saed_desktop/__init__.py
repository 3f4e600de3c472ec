"""SAED Desktop names the crystal phase that an electron diffraction pattern shows."""

__version__ = "0.1.0"
