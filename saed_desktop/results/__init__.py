"""Answers as typed records: their format, their sentences, and the files that hold them."""
