"""Columns over one byte buffer: array types, names, the pool, work in parallel parts."""
