"""From a Keras model to the two files that the edge takes: NAME.tflite and its manifest NAME.json."""
