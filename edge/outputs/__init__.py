"""Where observations go: each output is told the same moments and knows nothing else."""
