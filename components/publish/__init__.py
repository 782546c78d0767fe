"""Completes a release, or reports why there is none."""
