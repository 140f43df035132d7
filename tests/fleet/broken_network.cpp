#include "tests/fleet/broken_network.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace fleet_test {
namespace {

constexpr int kLookAgain = 20;  // milliseconds

sockaddr_in Loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// The next close is a reset.
void MakeAbrupt(int fd) {
    const linger abrupt{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
}

}  // namespace

BrokenNetwork::BrokenNetwork(std::uint16_t port)
    : to_(port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.Get(), generic, size) != 0 || ::listen(listener_.Get(), 512) != 0 ||
        ::getsockname(listener_.Get(), generic, &size) != 0) {
        throw std::runtime_error("the network cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
}

BrokenNetwork::~BrokenNetwork() {
    over_ = true;
    thread_.join();
}

void BrokenNetwork::Cut() {
    cut_ = true;
    while (cut_) {
        ::poll(nullptr, 0, 1);
    }
}

void BrokenNetwork::AcceptOne() {
    platform::FileDescriptor near(::accept4(listener_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
    platform::FileDescriptor far(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = Loopback(to_);
    if (::connect(far.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        pairs_.push_back({std::move(near), std::move(far), 0});
        ++opened_;
    }
}

bool BrokenNetwork::Forward(Pair& pair, bool from_far) {
    std::array<char, 16 * 1024> buffer{};
    const int from = from_far ? pair.far.Get() : pair.near.Get();
    const int to = from_far ? pair.near.Get() : pair.far.Get();
    if (silent_) {
        return true;  // it has gone silent since this was found to be readable
    }
    const ssize_t count = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) {
        return false;
    }
    if (from_far) {
        pair.from_far += static_cast<std::size_t>(count);
        if (const std::size_t most = cut_after_; most != 0 && pair.from_far >= most) {
            MakeAbrupt(pair.near.Get());
            MakeAbrupt(pair.far.Get());
            return false;
        }
    }
    return ::send(to, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
}

void BrokenNetwork::Run() {
    while (!over_) {
        if (cut_.exchange(false)) {
            for (Pair& pair : pairs_) {
                MakeAbrupt(pair.near.Get());
                MakeAbrupt(pair.far.Get());
            }
            pairs_.clear();
        }
        std::vector<pollfd> watched{{listener_.Get(), POLLIN, 0}};
        if (!silent_) {
            for (const Pair& pair : pairs_) {
                watched.push_back({pair.near.Get(), POLLIN, 0});
                watched.push_back({pair.far.Get(), POLLIN, 0});
            }
        }
        ::poll(watched.data(), watched.size(), kLookAgain);
        std::vector<Pair> kept;
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const bool looked = watched.size() > 1;
            const bool near = looked && watched[1 + 2 * i].revents != 0;
            const bool far = looked && watched[2 + 2 * i].revents != 0;
            if ((!near || Forward(pairs_[i], false)) && (!far || Forward(pairs_[i], true))) {
                kept.push_back(std::move(pairs_[i]));
            }
        }
        pairs_ = std::move(kept);
        if (watched[0].revents != 0) {
            AcceptOne();
        }
    }
}

}  // namespace fleet_test
