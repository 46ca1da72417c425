"""Data sets as arrays: FER2013, FER+ votes, folders of classes, scenes."""
