// The id of an organization (a tenant; the two are the same thing).
//
// Grammar: 1..64 of `A-Z a-z 0-9 . _ -`, neither "." nor ".."; case-sensitive. `default` is the one reserved id: the
// organization of the single-tenant product, which every install has. Not a platform::StrongId, whose grammar is
// narrower: ids such as `_a` or `a..b` exist in installs that are managed here.
// Value type; thread safe as any value is.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tenancy {

constexpr std::string_view kDefaultOrg = "default";
constexpr std::size_t kMaxOrgIdLength = 64;

constexpr bool IsOrgIdText(std::string_view text) noexcept {
    if (text.empty() || text.size() > kMaxOrgIdLength || text == "." || text == "..") {
        return false;
    }
    for (const char c : text) {
        const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                             c == '_' || c == '-';
        if (!allowed) {
            return false;
        }
    }
    return true;
}

class OrgId {
public:
    /// The default organization.
    OrgId() : text_(kDefaultOrg) {}

    static std::optional<OrgId> Parse(std::string_view text) {
        if (!IsOrgIdText(text)) {
            return std::nullopt;
        }
        return OrgId(std::string(text));
    }
    /// For text that was validated before: a database row, a literal in a test.
    static OrgId Trusted(std::string text) {
        return OrgId(std::move(text));
    }

    const std::string& Text() const noexcept {
        return text_;
    }
    bool IsDefault() const noexcept {
        return text_ == kDefaultOrg;
    }

    friend bool operator==(const OrgId&, const OrgId&) = default;
    // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the zero of the generated comparison for a pointer
    friend auto operator<=>(const OrgId&, const OrgId&) = default;

private:
    explicit OrgId(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

}  // namespace tenancy

template <>
struct std::hash<tenancy::OrgId> {
    std::size_t operator()(const tenancy::OrgId& id) const noexcept {
        return std::hash<std::string>{}(id.Text());
    }
};
