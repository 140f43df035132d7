#include "tests/fault/httpd_wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "platform/base/text.hpp"

namespace wire_test {

namespace {

using Clock = std::chrono::steady_clock;

bool WaitFor(int fd, short events, Clock::time_point until) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd watched{fd, events, 0};
        const int ready = ::poll(&watched, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready > 0) {
            return true;
        }
        if (ready == 0 && left <= 0) {
            return false;
        }
    }
}

sockaddr_in LoopbackAddress(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

[[noreturn]] void Fail(const char* what) {
    throw std::system_error(errno, std::system_category(), what);
}

}  // namespace

bool RawResponse::Has(std::string_view lower_case_header_line) const {
    return head.find("\r\n" + std::string(lower_case_header_line) + "\r\n") != std::string::npos;
}

RawSocket::~RawSocket() {
    Close();
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(received_, other.received_);
    return *this;
}

bool RawSocket::Send(std::string_view bytes) {
    const auto until = Clock::now() + kPatience;
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN || !WaitFor(fd_, POLLOUT, until)) {
            return false;
        }
    }
    return true;
}

std::size_t RawSocket::SendSome(std::string_view bytes) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::string RawSocket::Receive(std::size_t most, std::chrono::milliseconds patience) {
    if (!received_.empty()) {
        std::string kept = received_.substr(0, most);
        received_.erase(0, kept.size());
        return kept;
    }
    if (!WaitFor(fd_, POLLIN, Clock::now() + patience)) {
        return {};
    }
    std::string bytes(most, '\0');
    const ssize_t count = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

std::optional<std::string> RawSocket::ReceiveAll(std::chrono::milliseconds patience) {
    const auto until = Clock::now() + patience;
    std::string all = std::exchange(received_, {});
    std::array<char, 64 * 1024> buffer{};
    while (WaitFor(fd_, POLLIN, until)) {
        const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            all.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EAGAIN) {
            return all;
        }
    }
    return std::nullopt;
}

std::optional<RawResponse> RawSocket::ReceiveResponse(bool head_only) {
    const auto until = Clock::now() + kPatience;
    const auto receive_more = [&] {
        std::array<char, 64 * 1024> buffer{};
        if (!WaitFor(fd_, POLLIN, until)) {
            return false;
        }
        const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            received_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return count > 0;
    };
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive_more()) {
            return std::nullopt;
        }
    }
    RawResponse response;
    response.head = platform::ToLowerAscii(received_.substr(0, end + 2));
    if (!response.head.starts_with("http/1.1 ") || response.head.size() < 12) {
        return std::nullopt;
    }
    response.status = std::atoi(response.head.c_str() + 9);
    static constexpr std::string_view kLength = "\r\ncontent-length: ";
    const std::size_t length_at = response.head.find(kLength);
    const std::size_t length =
        length_at == std::string::npos || head_only
            ? 0
            : static_cast<std::size_t>(std::strtoull(response.head.c_str() + length_at + kLength.size(), nullptr, 10));
    const std::size_t body_at = end + 4;
    while (received_.size() < body_at + length) {
        if (!receive_more()) {
            return std::nullopt;
        }
    }
    response.body = received_.substr(body_at, length);
    received_.erase(0, body_at + length);
    return response;
}

bool RawSocket::IsClosed(std::chrono::milliseconds patience) {
    if (!received_.empty() || !WaitFor(fd_, POLLIN, Clock::now() + patience)) {
        return false;
    }
    char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_DONTWAIT) <= 0;
}

bool RawSocket::Readable(std::chrono::milliseconds patience) const {
    return !received_.empty() || WaitFor(fd_, POLLIN, Clock::now() + patience);
}

void RawSocket::ShutdownWrite() {
    ::shutdown(fd_, SHUT_WR);
}

void RawSocket::Reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    Close();
}

void RawSocket::Close() {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

RawSocket ConnectTo(std::uint16_t port) {
    RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.Fd() < 0) {
        Fail("socket");
    }
    const int one = 1;
    ::setsockopt(socket.Fd(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    const sockaddr_in address = LoopbackAddress(port);
    if (::connect(socket.Fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        Fail("connect");
    }
    return socket;
}

RawListener::RawListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = LoopbackAddress(0);
    socklen_t length = sizeof(address);
    if (fd_ < 0 || ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(fd_, 16) != 0 || ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        Fail("listen");
    }
    port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() {
    ::close(fd_);
}

RawSocket RawListener::Accept() {
    if (!WaitFor(fd_, POLLIN, Clock::now() + kPatience)) {
        throw std::runtime_error("nobody connected");
    }
    return RawSocket(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
}

std::optional<RawResponse> Exchange(std::uint16_t port, std::string_view request) {
    RawSocket socket = ConnectTo(port);
    socket.Send(request);
    return socket.ReceiveResponse(request.starts_with("HEAD "));
}

std::string Request(std::string_view method, std::string_view target, std::string_view body,
                    std::string_view more_headers) {
    std::string text;
    text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(more_headers);
    if (!body.empty()) {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    text.append("\r\n").append(body);
    return text;
}

}  // namespace wire_test
