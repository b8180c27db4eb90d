// What C++ compilers ask of a linker: copies of inline functions and tables, selectany, virtual
// functions, string literals, static data, thunks, structured exceptions where the machine has them.

extern "C" __declspec(dllimport) unsigned long DbgPrint(const char *, ...);

template <typename T> struct Box
{
    T value;
    static int made;
    inline T twice() const { return value + value; }
};
template <typename T> int Box<T>::made = 3;

inline int shared_counter()
{
    static int counter = 7;
    return ++counter;
}

struct Base
{
    virtual int number(int x) const;
    virtual int other(int x) const { return x ^ shared_counter(); }
};
struct Derived : Base
{
    int number(int x) const override { return x * 3 + Box<int>::made; }
};

__declspec(selectany) extern const int selected[4] = {1, 2, 3, 4};
extern const char *const words[3];
const Base *make(int kind);

#ifdef SECOND
int Base::number(int x) const { return x + selected[x & 3]; }
static Derived derived;
static Base base;
const Base *make(int kind) { return kind ? &derived : &base; }
const char *const words[3] = {"one word", "another word", "the same word"};
int unused_function(int x) { return Box<long long>{x}.twice() > 5; }
#else
extern "C" int _fltused = 0;
extern "C" long
#ifdef __i386__
__stdcall
#endif
DriverEntry(void *driver, void *path)
{
    Box<int> box{selected[1]};
    const Base *object = make(driver == path);
    DbgPrint("the same word %s", words[box.twice() & 1]);
    switch (object->number(5)) {
    case 0: return shared_counter();
    case 1: return box.twice() + 1;
    case 2: return 77;
    case 3: return DbgPrint("three");
    case 4: return Box<int>::made--;
    case 5: return 0x12345;
    }
    return object->other(2);
}
#endif
