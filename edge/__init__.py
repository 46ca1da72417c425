"""Facial expression recognition on small devices: frames in, observations out."""

__version__ = "0.1.0"
