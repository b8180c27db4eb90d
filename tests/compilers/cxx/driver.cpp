/* Objects of every kind of static lifetime; each says when it comes and goes. */
#include <ntddk.h>

struct Noisy {
    const char *name;
    Noisy(const char *given) : name(given) { DbgPrint("+%s", name); }
    ~Noisy() { DbgPrint("-%s", name); }
};

static Noisy first("first");
Noisy second("second");

template <typename T> struct Holder { static Noisy member; };
template <typename T> Noisy Holder<T>::member("template");

__attribute__((init_priority(200))) Noisy early("early");

struct Base {
    virtual ~Base() { DbgPrint("-base"); }
    virtual int value() = 0;
};
struct Derived : Base {
    int kept = 7;
    Derived() { DbgPrint("+derived"); }
    ~Derived() override { DbgPrint("-derived"); }
    int value() override { return kept; }
};

static Noisy &local()
{
    static Noisy object("local");
    return object;
}

extern "C" DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD Unload;

static VOID NTAPI Unload(PDRIVER_OBJECT)
{
    DbgPrint("unload");
}

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DbgPrint("entry");
    local();
    local();
    Base *base = new Derived;
    if (!base || base->value() != 7)
        return STATUS_UNSUCCESSFUL;
    delete base;
    Noisy *several = new Noisy[2]{"one", "two"};
    delete[] several;
    DriverObject->DriverUnload = Unload;
    return Holder<int>::member.name && RegistryPath ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
