"""The run itself: the loop over frames and what it is told by the machine."""
