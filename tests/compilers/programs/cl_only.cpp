/* What cl takes and clang refuses in C++. */
#define COPY(x) (x)

struct Flag {
    operator !()
    {
        return Value == 0;
    }
    int Take(void *Context = nullptr)
    {
        return Context != nullptr;
    }
    int Value;
};

extern "C" int Answer()
{
    Flag Set = {2};

    return !Set + sizeof Flag + COPY(sizeof Flag) + Set.Take(__FUNCTION__);
}
