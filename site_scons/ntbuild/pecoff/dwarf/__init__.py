"""DWARF: the debug information of gcc and rustc, read as far as functions and lines go."""
