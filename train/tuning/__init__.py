"""Looks for better settings of a network, trial by trial."""
