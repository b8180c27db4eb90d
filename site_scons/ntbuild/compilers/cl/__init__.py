"""Sources for Microsoft's cl: what clang refuses is compiled, what it alone warns of left out."""
