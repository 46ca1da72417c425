"""See the package."""


class Picamera2Camera:
    """Not used here."""
