#include "controller/http/etag.hpp"

#include <charconv>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

std::string_view StripWeak(std::string_view tag) {
    tag = platform::Trim(tag);
    if (tag.starts_with("W/")) {
        tag.remove_prefix(2);
    }
    return tag;
}

}  // namespace

std::string MakeEtag(std::optional<std::int64_t> version, std::string_view body) {
    const platform::Digest digest = platform::Sha256(body);
    std::string etag = "\"";
    if (version) {
        etag += std::to_string(*version) + "-";
    }
    etag += platform::HexEncode({reinterpret_cast<const char*>(digest.data()), 8});
    return etag + "\"";
}

std::optional<std::int64_t> VersionOfEtag(std::string_view header) {
    std::string_view tag = StripWeak(header);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') {
        return std::nullopt;
    }
    tag = tag.substr(1, tag.size() - 2);
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    const bool whole = end == tag.data() + tag.size() || *end == '-';
    return error == std::errc() && whole && version > 0 ? std::optional(version) : std::nullopt;
}

bool MatchesEtag(std::string_view if_none_match, std::string_view etag) {
    for (const std::string_view part : platform::Split(if_none_match, ',')) {
        const std::string_view tag = StripWeak(part);
        if (tag == "*" || tag == etag) {
            return true;
        }
    }
    return false;
}

}  // namespace http
