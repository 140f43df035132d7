// Strong identifiers: a ReleaseId can never be passed where a TenantId is meant.
//
// An id is text that a person can read. `Parse` is the only way to make one from outside text; it applies the grammar
// of its tag. `Trusted` is for text that was validated before (a database row, a literal in a test).
// Value type; thread safe as any value is.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace platform {

/// True for 1..`max_length` characters of `A-Z a-z 0-9 . _ -`, starting with a letter or digit, without `..`.
bool IsIdText(std::string_view text, std::size_t max_length);

/// `Tag` supplies `static constexpr std::size_t kMaxLength`.
template <typename Tag>
class StrongId {
public:
    StrongId() = default;

    static std::optional<StrongId> Parse(std::string_view text) {
        if (!IsIdText(text, Tag::kMaxLength)) {
            return std::nullopt;
        }
        return StrongId(std::string(text));
    }
    static StrongId Trusted(std::string text) {
        return StrongId(std::move(text));
    }

    const std::string& Text() const {
        return text_;
    }
    bool Empty() const {
        return text_.empty();
    }

    friend bool operator==(const StrongId&, const StrongId&) = default;
    // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the zero of the generated comparison for a pointer
    friend auto operator<=>(const StrongId&, const StrongId&) = default;

private:
    explicit StrongId(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

}  // namespace platform

template <typename Tag>
struct std::hash<platform::StrongId<Tag>> {
    std::size_t operator()(const platform::StrongId<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.Text());
    }
};
