"""What every room uses, free of any domain: value classes, files, text, memory."""
