"""Exit codes of every command."""

DONE = 0
REFUSED = 1
"""A release gate said no."""
WRONG_INPUT = 2
FAILED = 3
INTERRUPTED = 130
"""What shells use for Ctrl-C."""
NOBODY_READS = 141
"""What shells use where the reader of a pipe has gone."""
