"""Records of builds: how everything was made, read back and made again."""
