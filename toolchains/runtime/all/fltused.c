/* fltused.c - _fltused: compilers refer to it on msvc targets when a file uses floating point. */

extern int _fltused;

int _fltused = 0x9875;
