"""The engine ``qemu``: a kernel of our own in ring 0 of an emulated machine."""
