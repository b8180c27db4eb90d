long Helper(void) { return 1; }
