"""What operators of TensorFlow Serving start from: configuration, compose file, clients."""
