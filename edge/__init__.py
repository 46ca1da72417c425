"""Facial expression recognition on small devices: frames in, observations out."""
