"""What a log says of a day or of all days: a table, a CSV file, a page."""
