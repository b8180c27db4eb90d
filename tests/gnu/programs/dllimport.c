#include <stdio.h>

__declspec(dllimport) extern int value;
__declspec(dllimport) extern const char *const names[];
__declspec(dllimport) int bump(int by);

int main(void)
{
    int bumped = bump(1);
    printf("%d %d %s\n", bumped, value, names[1]);
    return 0;
}
