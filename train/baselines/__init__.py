"""What was usual before networks, for comparison: support vectors and nearest neighbours."""
