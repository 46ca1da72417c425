"""The file that goes out: how it is made, and what it says of itself."""
