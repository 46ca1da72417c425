"""Data sets as people publish them, made into one folder that trains as it is."""
