"""What the bytes mean: readers and tables of COFF objects, archives and PE images.

Nothing here decides anything; every offset and count is checked before it is used.
"""
