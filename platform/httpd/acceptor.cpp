#include "platform/httpd/acceptor.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace platform {

namespace {

constexpr int kBacklog = 1024;
constexpr int kPauseWhenExhaustedMs = 50;

std::string ErrnoText(int error) {
    return std::system_category().message(error);
}

std::uint16_t BoundPort(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof(address);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        return 0;
    }
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

std::string PeerText(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET6) {
        const in6_addr& ip = reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&ip)) {
            ::inet_ntop(AF_INET, &ip.s6_addr[12], text.data(), text.size());  // as the caller knows itself
        } else {
            ::inet_ntop(AF_INET6, &ip, text.data(), text.size());
        }
    } else {
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, text.data(), text.size());
    }
    return text.data();
}

}  // namespace

Acceptor::Acceptor(Admit admit, std::function<void(std::string_view)> on_error)
    : admit_(std::move(admit)), on_error_(std::move(on_error)) {}

Acceptor::~Acceptor() {
    Stop();
}

void Acceptor::Open(const std::string& address, std::uint16_t port) {
    const std::string where = address + ":" + std::to_string(port);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0) {
        throw std::runtime_error("cannot listen on " + where + ": " + ::gai_strerror(error) +
                                 ". Give an address of this machine.");
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    int last_error = 0;
    for (const addrinfo* candidate = found; candidate != nullptr; candidate = candidate->ai_next) {
        FileDescriptor socket(::socket(candidate->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const int one = 1;
        if (socket.Get() >= 0 && ::setsockopt(socket.Get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
            ::bind(socket.Get(), candidate->ai_addr, candidate->ai_addrlen) == 0 &&
            ::listen(socket.Get(), kBacklog) == 0) {
            listening_ = std::move(socket);
            break;
        }
        last_error = errno;
    }
    if (listening_.Get() < 0) {
        throw std::runtime_error("cannot listen on " + where + ": " + ErrnoText(last_error) +
                                 ". Choose another address or port, or stop the process that holds it");
    }
    stop_ = FileDescriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (stop_.Get() < 0) {
        throw std::runtime_error("cannot listen on " + where + ": " + ErrnoText(errno));
    }
    port_ = BoundPort(listening_.Get());
}

void Acceptor::Run() {
    thread_ = std::thread([this] { Loop(); });
}

void Acceptor::Stop() {
    if (thread_.joinable()) {
        const std::uint64_t one = 1;
        while (::write(stop_.Get(), &one, sizeof(one)) < 0 && errno == EINTR) {
        }
        thread_.join();
        AcceptAll();
    }
    listening_ = FileDescriptor();
}

void Acceptor::Loop() {
    bool exhausted = false;
    for (;;) {
        // Out of descriptors, the listening socket stays readable and nothing can be done about it: look at the stop
        // signal only, for a moment, instead of spinning.
        std::array<pollfd, 2> watched = {{{stop_.Get(), POLLIN, 0}, {listening_.Get(), POLLIN, 0}}};
        const int ready = ::poll(watched.data(), exhausted ? 1 : 2, exhausted ? kPauseWhenExhaustedMs : -1);
        if (ready < 0 && errno != EINTR) {
            on_error_("accepting connections: poll: " + ErrnoText(errno));
        }
        if (ready > 0 && watched[0].revents != 0) {
            return;
        }
        const bool was_exhausted = exhausted;
        exhausted = !AcceptAll();
        if (exhausted && !was_exhausted) {
            on_error_("accepting connections: " + ErrnoText(errno) + "; trying again");
        }
    }
}

// Until none is waiting. False, with errno set, when accepting fails for now: descriptors or memory have run out.
bool Acceptor::AcceptAll() {
    for (;;) {
        AcceptedConnection connection;
        socklen_t length = sizeof(connection.address);
        connection.socket = FileDescriptor(::accept4(listening_.Get(), reinterpret_cast<sockaddr*>(&connection.address),
                                                     &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (connection.socket.Get() < 0) {
            if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO || errno == EPERM) {
                continue;  // a signal, or a client that is gone before it was accepted
            }
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        const int one = 1;
        ::setsockopt(connection.socket.Get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        try {
            connection.peer = PeerText(connection.address);
            admit_(std::move(connection));
        } catch (const std::exception& error) {
            on_error_(std::string("accepting a connection: ") + error.what());
        }
    }
}

}  // namespace platform
