"""The background of packshots."""

WHITE = 243
"""A pixel belongs to the product when a channel is darker than this: packshots are on white."""
