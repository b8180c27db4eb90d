#include <stdio.h>

int main(int count, char **words)
{
    printf("hello %d %s\n", count, count > 1 ? words[1] : "world");
    return 3;
}
