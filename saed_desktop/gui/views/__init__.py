"""Views: widgets and drawn marks that show values and report what the user did."""
