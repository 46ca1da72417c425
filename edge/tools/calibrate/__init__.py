"""Personal profiles: a correction of the emotion model, fitted to one person where the camera stands."""
