"""Comparing today's photos with those of the current release, and with production photos."""
