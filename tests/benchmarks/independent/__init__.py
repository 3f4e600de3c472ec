"""A second simulator, written apart from the trainer's, for tests that training never saw.

Reflections come from abTEM's Bloch waves (other code, other scattering factors: Lobato and van
Dyck), images from a camera of other formulas. What it shares with the product: the structure
files, and nothing else of the road from crystal to image.
"""
