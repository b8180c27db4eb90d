"""What the bytes mean: readers and tables of COFF objects, archives, resources and PE images.

No policy of a linker or validator is here. Every offset and count of a file is checked before use.
"""
