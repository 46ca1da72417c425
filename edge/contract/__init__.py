"""What training, conversion and the edge agree on: labels, records, preprocessing, manifest, interpreter."""
