__attribute__((section("PAGEDATA"))) long Counter = 1;
__attribute__((section("PAGECONS"))) const long Table[4] = {1, 2, 3, 4};

__attribute__((section("PAGE"), noinline)) long Paged(long index)
{
    return Counter += Table[index & 3];
}

__attribute__((section("INIT"))) long DriverEntry(void *driver, void *path)
{
    return Paged((long)(unsigned long long)driver) + (path == 0);
}
