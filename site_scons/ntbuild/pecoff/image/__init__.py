"""The PE image reader, a part to a directory entry."""
