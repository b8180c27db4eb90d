/* What cl takes and clang refuses in C++. */
#define COPY(x) (x)

struct Flag {
    operator !()
    {
        return Value == 0;
    }
    int Value;
};

extern "C" int Answer()
{
    Flag Set = {2};

    return !Set + sizeof Flag + COPY(sizeof Flag);
}
