"""Checks of pictures and boxes that statistics and a schema cannot make."""
