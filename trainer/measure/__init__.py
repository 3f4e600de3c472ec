"""What answers are worth: benchmark, stress curves, and the ceiling above them all."""
