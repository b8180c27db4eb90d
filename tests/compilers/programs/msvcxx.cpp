/* msvcxx - C++ that cl takes: names of a template that are known only when it is instantiated. */

#include <ntddk.h>

/* A type that is built in. */
void *operator new(size_t Size, std::align_val_t Alignment, int Pool);

template <typename T> struct Base {
    int Count;
    void Reset() { Count = 0; }
};

template <typename T> struct Derived : Base<T> {
    int Take() { Reset(); Later(this); return Count + sizeof(Missing); }
};

template <typename T> int Never(T *Value) { return Value->whatever(Nowhere); }

static void Later(void *) {}
struct Missing { int Four; };

extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    Derived<int> One;
    NTSTATUS Status = One.Take();

    UNREFERENCED_PARAMETER(DriverObject);
    __try {
        Status += *(volatile LONG *)RegistryPath;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = STATUS_UNSUCCESSFUL;
    }
    return Status;
}
