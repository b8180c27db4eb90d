/* nothrow.c - std::nothrow, which overloads of operator new are told apart by. */

extern const char NtbuildNothrow;
const char NtbuildNothrow = 0;
