"""Kernel routines by subject; each module has a table of those that it serves."""
