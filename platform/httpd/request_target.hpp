// The request target: what stands between method and version, taken apart and percent-decoded.
//
// Decisions: bytes outside printable ASCII must be percent-encoded; what decodes to a control character, to malformed
// UTF-8 or to a backslash in the path is refused. An encoded slash (%2F) in the path is refused, because after decoding
// it could not be told from a separator. `.`, `..` and empty segments are refused rather than normalised: a proxy in
// front may have judged another path than the one we would serve (a trailing slash is kept). `+` in the query is a
// space, as forms send it; a literal plus sign is %2B. The absolute form (`GET http://host/path`) is accepted, its
// authority is not looked at. With OddPaths::kHandler the segments, backslashes and encoded slashes reach the handler.
#pragma once

#include <optional>
#include <string_view>

#include "platform/httpd/refusal.hpp"
#include "platform/httpd/server.hpp"

namespace platform {

/// Sets path and query of `request`; the reason when the target is refused (the request is then half filled).
std::optional<Refusal> DecodeTarget(std::string_view target, HttpRequest& request,
                                    OddPaths odd_paths = OddPaths::kRefuse);

}  // namespace platform
