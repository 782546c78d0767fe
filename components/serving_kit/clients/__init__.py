"""Clients that are copied into every release; each file stands alone."""
