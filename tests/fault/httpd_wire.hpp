// Raw sockets for tests of the HTTP server and client: ends of a connection that do exactly what a test says, well
// behaved or not. Every wait has a deadline; what did not happen by then is reported as not having happened.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

namespace wire_test {

inline constexpr std::chrono::seconds kPatience{20};

struct RawResponse {
    int status = 0;
    std::string head;  // status line and headers, lower case
    std::string body;

    bool Has(std::string_view lower_case_header_line) const;
};

/// Work on a thread that ends with this object, and what it returns.
template <typename Result>
class Background {
public:
    template <typename Work>
    explicit Background(Work work) : task_(std::move(work)), result_(task_.get_future()), thread_(std::ref(task_)) {}

    bool IsDone() const {
        return result_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }
    Result Get() {
        return result_.get();
    }

private:
    std::packaged_task<Result()> task_;
    std::future<Result> result_;
    std::jthread thread_;
};
template <typename Work>
Background(Work) -> Background<std::invoke_result_t<Work>>;

/// One end of a TCP connection.
class RawSocket {
public:
    explicit RawSocket(int fd = -1) : fd_(fd) {}
    ~RawSocket();
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&& other) noexcept;

    /// False when the other end has closed or reset the connection before all was taken.
    bool Send(std::string_view bytes);
    /// What can be sent without waiting.
    std::size_t SendSome(std::string_view bytes);
    /// Up to `most` bytes; empty at the end of input, after a reset, or when the time is over.
    std::string Receive(std::size_t most, std::chrono::milliseconds patience = kPatience);
    /// Everything until the other end closes. Nothing when it does not.
    std::optional<std::string> ReceiveAll(std::chrono::milliseconds patience = kPatience);
    /// One answer, by its Content-Length; interim answers are given out like others. Bytes behind it are kept.
    std::optional<RawResponse> ReceiveResponse(bool head_only = false);
    /// The other end closes (or has closed), without another byte.
    bool IsClosed(std::chrono::milliseconds patience = kPatience);
    bool Readable(std::chrono::milliseconds patience) const;

    void ShutdownWrite();
    /// Closes with a reset instead of an orderly end.
    void Reset();
    void Close();
    int Fd() const {
        return fd_;
    }

private:
    int fd_;
    std::string received_;
};

RawSocket ConnectTo(std::uint16_t port);

/// Listens on a free loopback port and accepts when it is asked to.
class RawListener {
public:
    RawListener();
    ~RawListener();
    RawListener(const RawListener&) = delete;
    RawListener& operator=(const RawListener&) = delete;

    std::uint16_t Port() const {
        return port_;
    }
    RawSocket Accept();

private:
    int fd_;
    std::uint16_t port_ = 0;
};

/// Sends `request` on a new connection and reads one answer.
std::optional<RawResponse> Exchange(std::uint16_t port, std::string_view request);

/// A complete HTTP/1.1 request with Host and, for a body, Content-Length.
std::string Request(std::string_view method, std::string_view target, std::string_view body = {},
                    std::string_view more_headers = {});

}  // namespace wire_test
