"""Judges a model on photos it has never seen: exact detection metrics, on Beam, through TFMA."""
