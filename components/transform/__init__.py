"""What TensorFlow Transform does to the examples before training."""
