"""What is seen: widgets and drawn marks. They show values and say what the user did."""
