"""ELF executables made PE images: for machines whose compilers make no COFF objects."""
