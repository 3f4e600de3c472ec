"""Trains, searches, measures and exports networks; headless, and the only room with torch."""
