"""Names for messages: demangled, undecorated, nearest, and where they stand."""
