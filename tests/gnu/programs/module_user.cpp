// Uses the C++ library's objects in its DLL, and the module's data.
#include <iostream>
#include <stdexcept>

extern int total;
int run(int count);

int main()
{
    try {
        run(3);
        throw std::out_of_range("outside");
    } catch (const std::exception &error) {
        std::cout << error.what() << ' ' << total << std::endl;
    }
}
