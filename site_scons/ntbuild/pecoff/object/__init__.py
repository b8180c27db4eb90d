"""The COFF object reader and writer."""
