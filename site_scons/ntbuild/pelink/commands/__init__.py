"""The pelink command: link.exe's and GNU ld's way of being called, and /lib."""
