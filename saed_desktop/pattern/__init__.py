"""The measured image: reading, calibration, centre, mask, spots. Knows no crystal."""
