"""After a step has failed: what to do about it, in a line behind the message."""
