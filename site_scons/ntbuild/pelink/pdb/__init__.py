"""The PDB file of an image: types, symbols and lines of all objects, merged and addressed."""
