"""Windows driver kits on this machine: where they are, their headers and libraries, what lacks."""
