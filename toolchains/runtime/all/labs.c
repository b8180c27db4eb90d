/* labs.c - absolute values, which are intrinsics of cl and exports of no kernel. */
int abs(int Number);
long labs(long Number);
long long llabs(long long Number);

int abs(int Number)
{
    return Number < 0 ? -Number : Number;
}

long labs(long Number)
{
    return Number < 0 ? -Number : Number;
}

long long llabs(long long Number)
{
    return Number < 0 ? -Number : Number;
}
