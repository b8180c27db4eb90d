"""Paired benchmarks of the linker against ld and lld-link: run ``python -m bench``."""
