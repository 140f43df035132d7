// A real receiver of webhooks: keeps what it got. Thread safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "platform/httpd/server.hpp"
#include "tests/api/harness.hpp"

namespace api_test {

struct Received {
    std::string path;
    std::map<std::string, std::string> headers;
    std::string body;

    Json Event() const {
        return Json::parse(body);
    }
    std::string Id() const {
        return headers.at("webhook-id");
    }
};

/// Keeps what it got; answers what `answer` says for the n-th request of all, from 1 on.
class Receiver {
public:
    explicit Receiver(std::function<int(int)> answer = [](int) { return 204; })
        : answer_(std::move(answer)),
          server_(Options(), [this](const platform::HttpRequest& request) { return Take(request); }) {
        server_.Start();
    }

    std::string Url(const std::string& path = "/hook") const {
        return "http://127.0.0.1:" + std::to_string(server_.Port()) + path;
    }
    std::vector<Received> All() const {
        const std::lock_guard lock(mutex_);
        return received_;
    }
    bool Got(std::size_t count) const {
        return Eventually([&] { return All().size() >= count; });
    }

private:
    static platform::HttpServerOptions Options() {
        platform::HttpServerOptions options;
        options.threads = 2;
        return options;
    }
    platform::HttpResponse Take(const platform::HttpRequest& request) {
        Received got;
        got.path = request.path;
        for (const auto& [name, value] : request.headers) {
            got.headers[name] = value;
        }
        got.body = request.body;
        const std::lock_guard lock(mutex_);
        received_.push_back(std::move(got));
        platform::HttpResponse response;
        response.status = answer_(static_cast<int>(received_.size()));
        return response;
    }

    const std::function<int(int)> answer_;
    mutable std::mutex mutex_;
    std::vector<Received> received_;
    platform::HttpServer server_;
};

}  // namespace api_test
