"""What installs a driver: signatures, catalogs, timestamps, and the strict check of all of them."""
