#include "tests/unit/cli/played_server.hpp"

namespace cli {

PlayedServer::PlayedServer(Reply reply)
    : reply_(std::move(reply)), server_({.threads = 1}, [this](const platform::HttpRequest& request) {
          {
              const std::lock_guard lock(mutex_);
              requests_.push_back(request);
          }
          return reply_(request);
      }) {
    server_.Start();
}

std::string PlayedServer::Url() const {
    return "http://127.0.0.1:" + std::to_string(server_.Port());
}

std::vector<platform::HttpRequest> PlayedServer::Requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

platform::HttpResponse JsonReply(int status, const platform::Json& body) {
    return {status, {{"Content-Type", "application/json"}, {"X-Request-Id", "req_1"}, {"ETag", "\"1\""}}, body.dump()};
}

platform::HttpResponse ProblemReply(int status, const std::string& code) {
    const platform::Json body = {{"type", "urn:portcullis:problem:" + code}, {"title", code}, {"status", status}};
    return {status, {{"Content-Type", "application/problem+json"}, {"X-Request-Id", "req_1"}}, body.dump()};
}

platform::HttpResponse PageReply(int status, const std::string& type) {
    return {status, {{"Content-Type", type}}, "<html><body>Please log in</body></html>"};
}

platform::Json Verdict(const std::string& state) {
    return {{"release", "r"},
            {"from", "candidate"},
            {"to", "stable"},
            {"state", state},
            {"findings", platform::Json::array()}};
}

support::Finished RunPortcullis(std::vector<std::string> arguments, std::map<std::string, std::string> environment) {
    const support::TempDir home("home");
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    for (const char* name : {"PORTCULLIS_URL", "PORTCULLIS_TOKEN", "PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE",
                             "PORTCULLIS_CONFIG", "XDG_CONFIG_HOME"}) {
        if (!environment.contains(name)) {
            options.unset.emplace_back(name);
        }
    }
    environment.emplace("HOME", home.Path().string());
    options.environment = std::move(environment);
    return support::RunToEnd(std::move(arguments), options);
}

}  // namespace cli
