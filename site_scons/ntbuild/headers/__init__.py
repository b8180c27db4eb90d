"""Includes as sources spell them: in any letter case, with backslashes, from any host."""
