"""Photos in, and what is seen in them: as JSON Lines, as a table, drawn on copies."""
