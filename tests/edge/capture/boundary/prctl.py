"""In place of python-prctl, which has to be compiled: picamera2 imports it for what is not used here."""
