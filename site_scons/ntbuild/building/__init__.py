"""Declarations of drivers, and the build steps that link, judge and write them."""
