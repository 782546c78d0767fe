"""Clients that are copied into every release; see `kit.kit_files`: each then stands alone."""
