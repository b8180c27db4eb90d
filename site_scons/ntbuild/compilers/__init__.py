"""Compilers, their flags and headers, and what kernel modules export."""
