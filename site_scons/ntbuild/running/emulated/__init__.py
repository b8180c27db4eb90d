"""The engine ``unicorn``: a small NT kernel in Python over an emulated processor."""
