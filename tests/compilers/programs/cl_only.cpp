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

#define u16 unsigned short

class Kept
{
  private:
    static void operator delete(void *)
    {
    }
};

template <typename T> class Held : private Kept
{
};

struct Item : Held<Item> {
    virtual ~Item()
    {
    }
    int Value = 0x10004;
};

extern "C" int Answer()
{
    Flag Set = {2};
    Item One;

    return !Set + sizeof Flag + COPY(sizeof Flag) + Set.Take(__FUNCTION__) + u16(One.Value);
}
