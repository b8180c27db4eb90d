"""What every room uses, free of any domain: value classes, input and output files, paths, memory."""
