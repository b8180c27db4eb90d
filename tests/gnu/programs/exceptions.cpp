// Static constructors and destructors, exceptions through two frames, RTTI, thread-local data.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace {

struct Noisy {
    explicit Noisy(const char *name) : name_(name) { std::printf("+%s\n", name_.c_str()); }
    ~Noisy() { std::printf("-%s\n", name_.c_str()); }
    std::string name_;
};

Noisy first("first");
Noisy second("second");
thread_local int counter = 7;

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

int checked(int number)
{
    Noisy local("local");
    if (number > 1)
        throw Failure("too many: " + std::to_string(number));
    return number;
}

}  // namespace

int main()
{
    std::vector<int> numbers{1, 2};
    try {
        for (int number : numbers)
            counter += checked(number);
    } catch (const std::exception &error) {
        std::printf("%d %s %d\n", counter, error.what(), typeid(error) == typeid(Failure));
    }
}
