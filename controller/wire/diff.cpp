#include "controller/wire/diff.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/invariant.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr platform::DocumentLimits kDiffLimits{.max_bytes = 16 * 1024 * 1024, .max_depth = 64, .max_nodes = 1'000'000};

std::string StepInto(const std::string& pointer, std::string_view name) {
    std::string step = pointer + "/";
    for (const char c : name) {
        if (c == '~') {
            step += "~0";
        } else if (c == '/') {
            step += "~1";
        } else {
            step += c;
        }
    }
    return step;
}

class Differ {
public:
    void Compare(const Json& before, const Json& after, const std::string& pointer) {
        if (before == after) {
            return;
        }
        if (before.is_object() && after.is_object()) {
            CompareObjects(before, after, pointer);
        } else if (before.is_array() && after.is_array()) {
            CompareLists(before, after, pointer);
        } else {
            changes_.push_back(
                {ChangeOp::kReplace, pointer, platform::CanonicalJson(before), platform::CanonicalJson(after)});
        }
    }

    std::vector<Change> Take() {
        return std::move(changes_);
    }

private:
    void Added(const Json& value, std::string pointer) {
        changes_.push_back({ChangeOp::kAdd, std::move(pointer), {}, platform::CanonicalJson(value)});
    }
    void Removed(const Json& value, std::string pointer) {
        changes_.push_back({ChangeOp::kRemove, std::move(pointer), platform::CanonicalJson(value), {}});
    }

    void CompareObjects(const Json& before, const Json& after, const std::string& pointer) {
        auto old_field = before.begin();
        auto new_field = after.begin();
        while (old_field != before.end() || new_field != after.end()) {
            if (new_field == after.end() || (old_field != before.end() && old_field.key() < new_field.key())) {
                Removed(*old_field, StepInto(pointer, old_field.key()));
                ++old_field;
            } else if (old_field == before.end() || new_field.key() < old_field.key()) {
                Added(*new_field, StepInto(pointer, new_field.key()));
                ++new_field;
            } else {
                Compare(*old_field, *new_field, StepInto(pointer, old_field.key()));
                ++old_field;
                ++new_field;
            }
        }
    }

    /// What both lists begin and end with is left alone; in between, items are paired by position. Lists here are short
    /// texts in an order that means something; a shortest edit script would cost more and read no better.
    void CompareLists(const Json& before, const Json& after, const std::string& pointer) {
        std::size_t first = 0;
        while (first < before.size() && first < after.size() && before[first] == after[first]) {
            ++first;
        }
        std::size_t old_end = before.size();
        std::size_t new_end = after.size();
        while (old_end > first && new_end > first && before[old_end - 1] == after[new_end - 1]) {
            --old_end;
            --new_end;
        }
        const std::size_t paired = std::min(old_end, new_end);
        for (std::size_t i = first; i < paired; ++i) {
            Compare(before[i], after[i], StepInto(pointer, std::to_string(i)));
        }
        for (std::size_t i = paired; i < old_end; ++i) {
            Removed(before[i], StepInto(pointer, std::to_string(i)));
        }
        for (std::size_t i = paired; i < new_end; ++i) {
            Added(after[i], StepInto(pointer, std::to_string(i)));
        }
    }

    std::vector<Change> changes_;
};

Json ParseDiffDocument(std::string_view text) {
    auto document = platform::ParseJson(text, kDiffLimits);
    PORTCULLIS_INVARIANT(document.has_value(), "documents that are compared are JSON of ours");
    return std::move(*document);
}

}  // namespace

std::vector<Change> DiffDocuments(std::string_view before, std::string_view after) {
    Differ differ;
    differ.Compare(ParseDiffDocument(before), ParseDiffDocument(after), "");
    return differ.Take();
}

}  // namespace wire
