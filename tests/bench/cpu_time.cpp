#include "tests/bench/cpu_time.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace bench {
namespace {

std::vector<std::string> FieldsOf(const std::string& path) {
    std::ifstream file(path);
    return {std::istream_iterator<std::string>(file), std::istream_iterator<std::string>()};
}

}  // namespace

double CpuSecondsOfFamily(pid_t process) {
    const std::string number = std::to_string(process);
    std::ifstream file("/proc/" + number + "/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 2)));
    std::string skipped;
    for (int field = 3; field < 14; ++field) {
        fields >> skipped;
    }
    double ticks = 0;
    for (int field = 14; field < 18; ++field) {
        double one = 0;
        fields >> one;
        ticks += one;
    }
    double seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
    for (const std::string& child : FieldsOf("/proc/" + number + "/task/" + number + "/children")) {
        seconds += CpuSecondsOfFamily(static_cast<pid_t>(std::stol(child)));
    }
    return seconds;
}

double CpuSecondsOfThisProcess() {
    timespec worked{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked);
    return static_cast<double>(worked.tv_sec) + static_cast<double>(worked.tv_nsec) / 1e9;
}

}  // namespace bench
