"""Output sections, their order, and the address of everything."""
