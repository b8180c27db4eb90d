int value = 41;
const char *const names[] = {"one", "two"};

int bump(int by)
{
    value += by;
    return value;
}
