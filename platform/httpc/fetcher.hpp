// Many outbound requests at a time from one thread: what HttpClient does for one, with the same bounds, errors and
// checks, without a thread for each. Connections are kept alive between requests, up to a number.
//
// Start and Run are called by one thread; `done` is called within Run, may start more, and must not throw. Wake may be
// called by any thread. What is still running when it ends is broken off, and its `done` is not called.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "platform/httpc/client.hpp"

namespace platform {

class HttpFetcher {
public:
    using Done = std::function<void(Expected<ClientResponse, ClientError> answer)>;

    /// At most so many connections at once; requests beyond wait, and their time runs meanwhile.
    explicit HttpFetcher(std::size_t connections);
    ~HttpFetcher();
    HttpFetcher(const HttpFetcher&) = delete;
    HttpFetcher& operator=(const HttpFetcher&) = delete;

    /// What cannot be sent at all is told by `done` at once.
    void Start(ClientRequest request, Done done);
    /// Goes on with what runs; returns after that time, or sooner when something ended or somebody woke it.
    void Run(std::chrono::milliseconds patience);
    void Wake();
    std::size_t Running() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
