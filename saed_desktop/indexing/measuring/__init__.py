"""What an indexed pattern tells besides: the unit cell, the way to other zone axes."""
