"""Training: data sets, networks, recipes, fitting and measuring. Never imported by the edge."""
