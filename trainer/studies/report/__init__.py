"""From prediction tables and runs to tables, figures and one page."""
