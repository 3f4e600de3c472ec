"""Networks, data, training, evaluation and export; headless, and the only room with torch."""
