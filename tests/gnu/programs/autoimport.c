#include <stdio.h>

extern int value;
extern const char *const names[];
int bump(int by);

/* Addresses in data: with an addend, too. */
int *const pointer = &value;
const char *const *const second = &names[1];

int main(void)
{
    int bumped = bump(1);
    printf("%d %d %d %s %s\n", bumped, value, *pointer, names[1], *second);
    return 0;
}
