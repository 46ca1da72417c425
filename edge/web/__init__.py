"""The page: live view, timeline and photos in a browser."""
