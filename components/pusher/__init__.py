"""Carries a blessed model into the release that is being put together."""
