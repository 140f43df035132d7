#include "tests/support/free_port.hpp"

#include <cstddef>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace support {
namespace {

constexpr int kLowestPort = 10'000;
constexpr int kUsualEnd = 32'768;

/// The first port that the system gives away by itself.
int EndOfOurs() {
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    int first = 0;
    return range >> first && first > kLowestPort + 1'000 ? first : kUsualEnd;
}

/// A name in the same network as the port; it is given up when the process ends, however it ends.
bool Claim(int port) {
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const std::string name = "portcullis-test-port-" + std::to_string(port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0) {
        return true;  // open to the end of the process
    }
    if (fd >= 0) {
        ::close(fd);
    }
    return false;
}

bool IsFree(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool free = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (fd >= 0) {
        ::close(fd);
    }
    return free;
}

}  // namespace

std::uint16_t FreePort() {
    const int ours = EndOfOurs() - kLowestPort;
    constexpr int kApart = 61;  // processes that ask at the same time do not begin at the same one
    const int begin = static_cast<int>(static_cast<std::int64_t>(::getpid()) * kApart % ours);
    for (int n = 0; n < ours; ++n) {
        const int port = kLowestPort + (begin + n) % ours;
        if (Claim(port) && IsFree(port)) {
            return static_cast<std::uint16_t>(port);
        }
    }
    throw std::runtime_error("no free port on 127.0.0.1");
}

}  // namespace support
