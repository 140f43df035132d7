// A TCP proxy between instances and their controller that does what networks do: cuts, and goes silent.
//
// Thread safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/httpd/file_descriptor.hpp"

namespace fleet_test {

class BrokenNetwork {
public:
    /// Forwards what arrives at Url to 127.0.0.1:`port`.
    explicit BrokenNetwork(std::uint16_t port);
    ~BrokenNetwork();
    BrokenNetwork(const BrokenNetwork&) = delete;
    BrokenNetwork& operator=(const BrokenNetwork&) = delete;

    std::string Url() const {
        return "ws://127.0.0.1:" + std::to_string(port_);
    }
    /// Nothing is forwarded from now on, in either direction; nobody is told.
    void GoSilent() {
        silent_ = true;
    }
    /// As before, for new connections and old ones.
    void Recover() {
        silent_ = false;
    }
    /// Resets every connection there is.
    void Cut();
    /// Resets each connection as soon as the controller has sent so many bytes over it, the handshake included; zero:
    /// not any more.
    void CutAfter(std::size_t bytes) {
        cut_after_ = bytes;
    }
    int Opened() const {
        return opened_.load();
    }

private:
    struct Pair {
        platform::FileDescriptor near;
        platform::FileDescriptor far;
        std::size_t from_far = 0;
    };

    void Run();
    void AcceptOne();
    bool Forward(Pair& pair, bool from_far);

    const std::uint16_t to_;
    platform::FileDescriptor listener_;
    std::uint16_t port_ = 0;
    std::atomic<bool> silent_{false};
    std::atomic<bool> cut_{false};
    std::atomic<bool> over_{false};
    std::atomic<std::size_t> cut_after_{0};
    std::atomic<int> opened_{0};
    std::vector<Pair> pairs_;  // the thread's
    std::thread thread_;
};

}  // namespace fleet_test
