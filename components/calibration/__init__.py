"""Fits the scores of a release anew, on real photos, without training."""
