"""Spans: which of them a run takes, whose truth stands, that none changes, and reuse of work."""
