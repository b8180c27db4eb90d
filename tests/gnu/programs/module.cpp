// A DLL with an exception of its own inside, and data that others use without dllimport.
#include <iostream>
#include <map>
#include <string>

int total = 0;

int run(int count)
{
    std::map<int, std::string> numbers;
    for (int number = 0; number < count; number++)
        numbers[number] = std::to_string(number);
    try {
        throw numbers;
    } catch (const std::map<int, std::string> &caught) {
        total += static_cast<int>(caught.size());
    }
    std::cout << "module " << total << std::endl;
    return total;
}
