"""Where the bytes of an image go: by section, by function, by object."""
