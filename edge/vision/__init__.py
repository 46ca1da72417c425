"""The stages between a frame and what is said of it: detector, gate, emotion, tracker, smoothing."""
