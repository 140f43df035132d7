// The listening socket and the thread that accepts on it.
//
// Our own rather than Pistache's listener, which cannot stop accepting without stopping its workers too, spins when the
// process is out of file descriptors, and hands connections over through a queue that can lose a wake-up (it drains
// its event descriptor after it found itself empty).
//
// Thread safety: Open, Run and Stop belong to one owner thread; `admit` is called on the accept thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "platform/httpd/file_descriptor.hpp"

namespace platform {

struct AcceptedConnection {
    FileDescriptor socket;  // not blocking, no delay, not inherited
    sockaddr_storage address{};
    std::string peer;  // the address as text, without port
};

class Acceptor {
public:
    using Admit = std::function<void(AcceptedConnection)>;

    /// `admit` decides: it keeps the socket or lets it close.
    Acceptor(Admit admit, std::function<void(std::string_view)> on_error);
    ~Acceptor();
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    /// Binds and listens, without accepting yet. Throws std::runtime_error that names the address.
    void Open(const std::string& address, std::uint16_t port);
    std::uint16_t Port() const {
        return port_;
    }
    void Run();
    /// Admits what has already connected, closes the socket (later clients are refused), ends the thread.
    void Stop();

private:
    void Loop();
    bool AcceptAll();

    Admit admit_;
    std::function<void(std::string_view)> on_error_;
    FileDescriptor listening_;
    FileDescriptor stop_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace platform
