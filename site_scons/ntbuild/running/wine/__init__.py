"""The engine ``wine``: drivers in Wine's kernel, which others have written."""
