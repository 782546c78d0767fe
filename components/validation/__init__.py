"""Judging data against the curated schemas, and stopping the run where it fails."""
