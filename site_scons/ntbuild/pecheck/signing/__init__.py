"""Authenticode signatures and the certificates that vouch for them."""
