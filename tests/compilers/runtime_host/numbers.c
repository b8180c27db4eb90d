/* numbers.c - strtoul, strtol and classes of characters, where long has 32 bits. */

#include "host.h"

unsigned long strtoul(const char *, char **, int);
long strtol(const char *, char **, int);
int isalnum(int), isalpha(int), iscntrl(int), isgraph(int), ispunct(int);
void _start(void);

__attribute__((force_align_arg_pointer)) void _start(void)
{
    const char *text = " \t-12x";
    char *end;

    CHECK(strtoul("42", 0, 10) == 42);
    CHECK(strtoul("0x1fG", &end, 0) == 0x1f && *end == 'G');
    CHECK(strtoul("0x", &end, 16) == 0 && *end == 'x');
    CHECK(strtoul("017", 0, 0) == 15);
    CHECK(strtoul("zZ", 0, 36) == 35 * 36 + 35);
    CHECK(strtoul("4294967295", 0, 10) == 0xffffffffUL);
    CHECK(strtoul("4294967296", &end, 10) == 0xffffffffUL && *end == 0);
    CHECK(strtoul("-1", 0, 10) == 0xffffffffUL);
    CHECK(strtoul("none", &end, 10) == 0 && *end == 'n');
    CHECK(strtol(text, &end, 10) == -12 && *end == 'x');
    CHECK(strtol("  ", &end, 10) == 0 && *end == ' ');
    CHECK(strtol("2147483648", 0, 10) == 0x7fffffff);
    CHECK(strtol("-2147483648", 0, 10) == -0x7fffffff - 1);
    CHECK(strtol("-9999999999", 0, 10) == -0x7fffffff - 1);
    for (int each = -1; each < 256; each++) {
        int letter = (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z');
        int digit = each >= '0' && each <= '9';
        int graph = each >= '!' && each <= '~';

        CHECK(!isalpha(each) == !letter);
        CHECK(!isalnum(each) == !(letter || digit));
        CHECK(!iscntrl(each) == !((each >= 0 && each < ' ') || each == 0x7f));
        CHECK(!isgraph(each) == !graph);
        CHECK(!ispunct(each) == !(graph && !letter && !digit));
    }
    leave(0);
}
