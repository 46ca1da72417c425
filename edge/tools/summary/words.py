"""Names from a log, which may hold anything, made fit to be shown."""

import html


def plain(text: str) -> str:
    """A text without what could steer a terminal, or may not be in a page."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def escaped(text: str) -> str:
    """A text as markup."""
    return html.escape(plain(text))
