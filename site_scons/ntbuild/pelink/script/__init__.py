"""Linker scripts: parsed, planned and placed."""
