// A real server in this process, with the handler the fault tests need. Each test ends with proof that the server still
// answers on each of its threads.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/httpd/server.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace wire_test {

class HttpServerUnderFire : public testing::Test {
protected:
    static constexpr int kThreads = 2;

    void SetUp() override {
        StartServer({});
    }

    void StartServer(platform::HttpServerOptions options) {
        options.threads = kThreads;
        options.on_error = [this](std::string_view text) {
            const std::lock_guard lock(mutex_);
            reported_.emplace_back(text);
            changed_.notify_all();
        };
        server_ = std::make_unique<platform::HttpServer>(options, [this](const platform::HttpRequest& request) {
            {
                const std::lock_guard lock(mutex_);
                ++handled_;
            }
            changed_.notify_all();
            return Handle(request);
        });
        server_->Start();
    }

    void TearDown() override {
        ExpectAlive();
        server_.reset();
    }

    /// More connections than threads, so that each thread answers.
    void ExpectAlive() {
        for (int i = 0; i < 2 * kThreads; ++i) {
            const std::string marker = "alive-" + std::to_string(i);
            const auto response = Exchange(Port(), Request("GET", "/marker?m=" + marker));
            ASSERT_TRUE(response.has_value());
            ASSERT_EQ(response->status, 200);
            ASSERT_EQ(response->body, marker);
        }
    }

    bool AwaitReport(std::string_view part) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] {
            for (const std::string& text : reported_) {
                if (text.find(part) != std::string::npos) {
                    return true;
                }
            }
            return false;
        });
    }

    bool AwaitHandled(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return handled_ >= count; });
    }
    int Handled() {
        const std::lock_guard lock(mutex_);
        return handled_;
    }

    std::uint16_t Port() const {
        return server_->Port();
    }

    /// /marker?m=M&n=N answers M, followed by N times 'x'; every other path answers the body it got.
    static platform::HttpResponse Handle(const platform::HttpRequest& request) {
        platform::HttpResponse response;
        if (request.path == "/marker") {
            response.body = request.Query("m").value_or("");
            response.body.append(static_cast<std::size_t>(std::stoul(request.Query("n").value_or("0"))), 'x');
        } else {
            response.body = request.body;
        }
        return response;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> reported_;
    int handled_ = 0;

protected:
    std::unique_ptr<platform::HttpServer> server_;  // last: its threads use the others
};

}  // namespace wire_test
