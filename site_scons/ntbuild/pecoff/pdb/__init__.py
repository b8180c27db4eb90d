"""PDB files as a debugger reads them: which image they are of, and where its code comes from."""
