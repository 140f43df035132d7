// A server that says what the test wants, and the command line run against it.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace cli {

class PlayedServer {
public:
    using Reply = std::function<platform::HttpResponse(const platform::HttpRequest&)>;

    explicit PlayedServer(Reply reply);

    std::string Url() const;
    std::vector<platform::HttpRequest> Requests() const;

private:
    Reply reply_;
    mutable std::mutex mutex_;
    std::vector<platform::HttpRequest> requests_;
    platform::HttpServer server_;
};

/// An answer as a controller gives it.
platform::HttpResponse JsonReply(int status, const platform::Json& body);
platform::HttpResponse ProblemReply(int status, const std::string& code);
platform::HttpResponse PageReply(int status, const std::string& type = "text/html");

/// A verdict about release "r" entering stable.
platform::Json Verdict(const std::string& state);

/// Runs the built program with no settings but these variables.
support::Finished RunPortcullis(std::vector<std::string> arguments,
                                std::map<std::string, std::string> environment = {});

}  // namespace cli
