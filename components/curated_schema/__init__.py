"""Brings a reviewed schema file into the pipeline."""
