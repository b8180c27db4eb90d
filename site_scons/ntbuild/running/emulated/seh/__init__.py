"""Structured exceptions: unwinding per machine, and the search for a handler."""
