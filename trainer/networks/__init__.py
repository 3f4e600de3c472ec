"""Network architectures behind one registry."""
