#include "controller/fleet/dispatch.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "tenancy/wire/message_type.hpp"

namespace fleet {

void Dispatch::Add(std::string type, std::size_t max_bytes, Handler handler) {
    const bool added = rows_.emplace(std::move(type), Row{max_bytes, std::move(handler)}).second;
    PORTCULLIS_INVARIANT(added, "each kind of message has one handler");
}

std::size_t Dispatch::LargestMessage() const {
    std::size_t largest = 0;
    for (const auto& [type, row] : rows_) {
        largest = std::max(largest, row.max_bytes);
    }
    return largest;
}

std::optional<std::string> Dispatch::Handle(const Sender& from, std::string_view text) const {
    const auto type = tenancy::wire::MessageType(text);
    if (!type) {
        return "it has no type";
    }
    const auto row = rows_.find(*type);
    if (row == rows_.end()) {
        return "its type is unknown: " + platform::QuoteForMessage(*type);
    }
    if (text.size() > row->second.max_bytes) {
        return "it has " + std::to_string(text.size()) + " bytes, more than a message of type " + *type + " may have";
    }
    return row->second.handler(from, text);
}

std::string WhyNoMessage(const platform::FieldErrors& errors) {
    return errors.empty() ? "it is not understood" : errors.front().pointer + " " + errors.front().message;
}

}  // namespace fleet
