"""Packages: what a SConscript says about one, and the build steps that make and deliver it."""
