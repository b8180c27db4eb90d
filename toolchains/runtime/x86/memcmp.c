/* memcmp.c - the one memory function that 32-bit kernels do not export. */

int memcmp(const void *left, const void *right, __SIZE_TYPE__ count);

int memcmp(const void *left, const void *right, __SIZE_TYPE__ count)
{
    /* volatile: or the compiler recognises the loop and calls memcmp. */
    const volatile unsigned char *a = left;
    const volatile unsigned char *b = right;

    for (; count != 0; count--, a++, b++) {
        int difference = *a - *b;

        if (difference != 0)
            return difference;
    }
    return 0;
}
