"""The gates between a trained model and a release."""
