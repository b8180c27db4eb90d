/* cpp - a driver in C++: a static object, memory that frees itself, and parts of the library. */

#include <ntddk.h>

#include <array>
#include <cstdint>
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

/* Counts events of four kinds; constructed before DriverEntry and destroyed after DriverUnload. */
class Counters {
public:
    Counters() { DbgPrint("cpp: counters are there\n"); }
    ~Counters() { DbgPrint("cpp: %lu events in all\n", static_cast<unsigned long>(total())); }

    void count(std::uint32_t kind)
    {
        Lock::Guard guard(lock_);
        counts_[kind % counts_.size()]++;
    }

    std::uint32_t total() const
    {
        std::uint32_t sum = 0;
        for (std::uint32_t each : counts_)
            sum += each;
        return sum;
    }

private:
    Lock lock_;
    std::array<std::uint32_t, 4> counts_{};
};

Counters counters;

struct Event {
    virtual ~Event() = default;
    virtual std::uint32_t kind() const = 0;
};

struct Started : Event {
    std::uint32_t kind() const override { return 1; }
};

} // namespace

extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" DRIVER_UNLOAD CppUnload;

extern "C" VOID NTAPI CppUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    counters.count(2);
}

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    std::unique_ptr<Event> event(new (std::nothrow) Started);
    if (!event)
        return STATUS_INSUFFICIENT_RESOURCES; /* counters is destroyed */
    counters.count(event->kind());
    DriverObject->DriverUnload = CppUnload;
    return STATUS_SUCCESS;
}
