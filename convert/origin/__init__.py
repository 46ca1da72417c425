"""The network that comes in: its file, the numbers it takes, what it is for."""
