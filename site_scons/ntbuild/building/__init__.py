"""Declarations of drivers, and the build steps that link, validate and write them."""
