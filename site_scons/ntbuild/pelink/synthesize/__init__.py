"""Sections that the linker makes itself, each written as a COFF object of its own."""
