"""All kinds of one model side by side."""
