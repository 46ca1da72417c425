"""See the package."""


class PICAM2DNG:
    """Not used here."""
