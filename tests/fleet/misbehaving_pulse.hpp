// An instance that is played: by itself it does as a pulsed whose switch is off, and at each address whatever a test
// makes of it. A WebSocket that it is told to take is taken.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "platform/httpd/server.hpp"
#include "platform/ws/server.hpp"
#include "tenancy/probe/checklist.hpp"

namespace fleet_test {

class MisbehavingPulse {
public:
    using Answer = std::function<platform::HttpResponse(const platform::HttpRequest& request)>;

    MisbehavingPulse();
    ~MisbehavingPulse();
    MisbehavingPulse(const MisbehavingPulse&) = delete;
    MisbehavingPulse& operator=(const MisbehavingPulse&) = delete;

    /// Before the first request. `path` exactly.
    void At(const std::string& path, Answer answer);
    /// Never answers while this lives.
    Answer Silence();
    Answer TakesEverySocket();
    /// As it answers otherwise.
    platform::HttpResponse Good(const platform::HttpRequest& request);

    /// Where and how it is looked at: a canary, two tenants, short time-outs.
    tenancy::probe::Target Target() const;

private:
    platform::HttpResponse Open();

    std::map<std::string, Answer> odd_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    platform::WsServer sockets_;
    platform::HttpServer http_;
};

platform::HttpResponse JsonText(int status, const std::string& body);
platform::HttpResponse Html(const std::string& body);
bool SelectsTenant(const platform::HttpRequest& request);

}  // namespace fleet_test
