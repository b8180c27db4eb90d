"""Objects to image: a PE/COFF linker for x64, x86, arm64 and armnt.

``pipeline.link`` is the page to read first. Importing the package costs nothing: numpy comes
with the first link.
"""
