"""Options as link.exe and as GNU ld spell them."""
