"""The log's files: written line by line, rotated, compressed, kept within limits, and read again."""
