/* newdriver - a driver in C++: a static object, memory that frees itself, a lock that unlocks. */

#include <ntddk.h>

#include <memory>
#include <new>

namespace {

/* A spin lock that is held as long as a Guard lives. */
class Lock {
public:
    Lock() { KeInitializeSpinLock(&lock_); }

    class Guard {
    public:
        explicit Guard(Lock &lock) : lock_(lock.lock_) { KeAcquireSpinLock(&lock_, &irql_); }
        ~Guard() { KeReleaseSpinLock(&lock_, irql_); }
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

    private:
        KSPIN_LOCK &lock_;
        KIRQL irql_;
    };

private:
    KSPIN_LOCK lock_;
};

/* Constructed before DriverEntry and destroyed after NewDriverUnload. */
class Counter {
public:
    ~Counter() { DbgPrint("newdriver: counted to %lu\n", value_); }

    void add(unsigned long amount)
    {
        Lock::Guard guard(lock_);
        value_ += amount;
    }

private:
    Lock lock_;
    unsigned long value_ = 0;
};

Counter counter;

} // namespace

extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" DRIVER_UNLOAD NewDriverUnload;

extern "C" VOID NTAPI NewDriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    counter.add(1);
}

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    /* Memory from operator new is non-paged pool; nothrow gives a null pointer when there is none. */
    std::unique_ptr<unsigned long> amount(new (std::nothrow) unsigned long(41));
    if (!amount)
        return STATUS_INSUFFICIENT_RESOURCES;
    counter.add(*amount);
    DriverObject->DriverUnload = NewDriverUnload;
    return STATUS_SUCCESS;
}
