"""Clients that are copied into every release; see `kit.client_text`: each then stands alone."""
