"""Commands for people, beside the run itself."""
