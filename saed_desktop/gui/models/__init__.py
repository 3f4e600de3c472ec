"""Item models: rows that Qt's views show."""
