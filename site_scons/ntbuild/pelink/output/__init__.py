"""The image: relocated contents, load configuration, headers and checksum."""
