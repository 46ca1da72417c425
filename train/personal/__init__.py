"""What personal profiles are worth, measured on simulated people."""
