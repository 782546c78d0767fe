"""Puts the current release beside the candidate, on equal terms."""
