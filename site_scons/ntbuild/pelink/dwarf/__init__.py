"""DWARF of a link's objects: its sections with addresses in them, and CodeView made of them."""
