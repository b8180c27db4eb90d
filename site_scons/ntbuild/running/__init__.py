"""Drivers run: engines map, start, use and unload them, and report what they saw."""
