// What changed between two revisions of a document. Text and structs only. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"

namespace wire {

enum class ChangeOp : std::uint8_t { kAdd, kRemove, kReplace };

struct Change {
    ChangeOp op = ChangeOp::kReplace;
    std::string pointer;  // into the new document; into the old one for what was removed
    std::string before;   // canonical JSON; empty for what was added
    std::string after;    // canonical JSON; empty for what was removed
};

/// In the order of the documents; empty when they are equal. Lists are compared after what both begin and end with, so
/// an item put in or taken out in one place is one change. Both are documents of ours: one that is no JSON throws
/// platform::InvariantViolation.
std::vector<Change> DiffDocuments(std::string_view before, std::string_view after);

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::ChangeOp> {
    static constexpr std::array<EnumName<wire::ChangeOp>, 3> kNames{
        {{wire::ChangeOp::kAdd, "add"}, {wire::ChangeOp::kRemove, "remove"}, {wire::ChangeOp::kReplace, "replace"}}};
};

}  // namespace platform
