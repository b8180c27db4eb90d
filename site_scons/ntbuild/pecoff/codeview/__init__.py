"""CodeView: the debug records of objects and of PDB files."""
