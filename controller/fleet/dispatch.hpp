// What instances send, by its kind: a table from the `type` of a message to whoever takes it.
//
// Handlers run on the sockets' thread and must not wait (part.hpp). A message of a kind that nobody takes, larger than
// its kind may be, or that its handler finds to be none, is the end of the connection.
//
// Add before the first message; then it only reads. Thread safe after that.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/instance_id.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "platform/ws/connection.hpp"

namespace fleet {

/// Who sent it, proven by its credential, and the connection it came by.
struct Sender {
    const policy::InstanceId& instance;
    const platform::WsConnectionPtr& connection;
};

class Dispatch {
public:
    /// Nothing when it took the message; otherwise why it is none, for the log.
    using Handler = std::function<std::optional<std::string>(const Sender& from, std::string_view text)>;

    /// One handler for each type.
    void Add(std::string type, std::size_t max_bytes, Handler handler);
    /// Of all types.
    std::size_t LargestMessage() const;
    /// As Handler.
    std::optional<std::string> Handle(const Sender& from, std::string_view text) const;

private:
    struct Row {
        std::size_t max_bytes;
        Handler handler;
    };
    std::map<std::string, Row, std::less<>> rows_;
};

/// Why a text that does not decode is no message: its first error.
std::string WhyNoMessage(const platform::FieldErrors& errors);

}  // namespace fleet
