"""What a build shows: the line of each step, and how it ends."""
