"""Packages and records of builds as nodes."""
