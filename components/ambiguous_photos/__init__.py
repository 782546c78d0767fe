"""Finds the training photos that the last release was least sure of, to train on them harder."""
