"""What is installed here, what is wrong with it, and the exact command that mends it."""
