// One conversation with the controller: sends a call, reads the answer, and turns every answer that is not a success
// into a Failure with its exit code. An answer that does not come from a controller is never a success.
//
// Findings and field errors of a refusal go to stderr, one per line, before the Failure is thrown.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/cli/exit_codes.hpp"
#include "controller/cli/profile.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"

namespace cli {

using platform::Json;

struct Answer {
    int status = 0;
    std::string etag;
    std::string content_type;
    std::string request_id;
    std::string text;
    Json body;  // null when the answer is not JSON
};

using QueryList = std::vector<std::pair<std::string, std::string>>;

struct CallOptions {
    QueryList query;
    std::string if_match;
    std::string content_type = "application/json";
    std::string accept;
};

class Session {
public:
    Session(Profile profile, std::chrono::milliseconds timeout);

    /// A success is always a JSON object; anything else on that address is no controller, and a Failure.
    Answer Get(const std::string& path, const QueryList& query = {});
    /// For documents that are no JSON: a success of `content_type` (without parameters) that a controller marked with
    /// a request id.
    Answer GetText(const std::string& path, const std::string& content_type, const QueryList& query = {});
    Answer Post(const std::string& path, const Json& body, const CallOptions& options = {});
    Answer Put(const std::string& path, const Json& body, const CallOptions& options = {});
    Answer Patch(const std::string& path, const Json& body, const CallOptions& options = {});
    Answer Delete(const std::string& path, const CallOptions& options = {});
    Answer PostText(const std::string& path, const std::string& text, const CallOptions& options);

    /// Like Get, but a refusal is returned instead of thrown; no answer at all is still a Failure.
    Answer TryGet(const std::string& path, const QueryList& query = {});
    /// Like Get, but nothing when the controller itself says that there is no such thing.
    std::optional<Answer> Find(const std::string& path);
    /// Every item of a list, page after page.
    Json GetAll(const std::string& path, QueryList query = {});

    const std::string& Url() const {
        return profile_.url;
    }

private:
    Answer Send(const std::string& method, const std::string& path, const std::string& body,
                const CallOptions& options);
    Answer SendOrFail(const std::string& method, const std::string& path, const std::string& body,
                      const CallOptions& options);

    Profile profile_;
    std::chrono::milliseconds timeout_;
    platform::HttpClient client_;
};

/// The exit code an answer means (docs/cli.md).
ExitCode ExitCodeOf(const Answer& answer);
/// Prints a refusal's findings and errors to stderr and throws the Failure.
[[noreturn]] void FailWith(const Answer& answer);

/// "/v1/releases/" + escaped id + ...: path segments joined, each percent-encoded. An empty segment is a Failure.
std::string Path(std::initializer_list<std::string> segments);

}  // namespace cli
