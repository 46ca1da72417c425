"""Frames in: cameras, streams, recordings, folders of pictures and the demo clip, all read the same way."""
