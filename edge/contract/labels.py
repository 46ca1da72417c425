"""The label sets that models are trained on. The edge itself takes its labels from a model's manifest only."""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""FER2013's seven classes in its own order, 0 to 6."""

GATE = ("other", "human")
"""What the face gate tells apart."""

HUMAN = "human"
"""The gate's label for a window that is let through to the emotion model."""

UNCERTAIN = "uncertain"
"""The state of a face whose best probability is under the model's threshold. A state, not a label."""
