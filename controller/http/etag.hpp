// Versions as entity tags: `"7-3f2a9c..."`, the version number and a hash of the representation.
//
// A change names the version it was made against (If-Match); the hash part makes the tag a true validator for caches
// although some representations hold what time changes (a stay's rest). If-Match therefore looks at the version alone.
// Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// `version` is absent for what has none; the tag is then the hash alone.
std::string MakeEtag(std::optional<std::int64_t> version, std::string_view body);

/// The version of one entity tag as we made it (the hash may be left out, a proxy may have weakened it); empty when it
/// is not one of ours.
std::optional<std::int64_t> VersionOfEtag(std::string_view header);

/// True when an If-None-Match header holds `etag` or `*`.
bool MatchesEtag(std::string_view if_none_match, std::string_view etag);

}  // namespace http
