"""What the commands have in common at a terminal: options, messages, colours. Light to import."""
