"""Which definition, COMDAT and section stays: resolution, garbage collection, folding."""
