"""What every room uses and no domain owns: value classes, output files, paths, memory."""
