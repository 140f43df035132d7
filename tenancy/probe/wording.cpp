#include "tenancy/probe/wording.hpp"

#include <algorithm>
#include <array>

#include "platform/base/text.hpp"

namespace tenancy::probe {
namespace {

constexpr std::array<std::string_view, 9> kBeginnings{"organiz", "organis",   "tenan",    "multitenan", "membership",
                                                      "invit",   "ownership", "coworker", "workspace"};
constexpr std::array<std::string_view, 10> kWhole{"org",    "orgs",   "member",  "members", "share",
                                                  "shares", "shared", "sharing", "team",    "teams"};
// The document of an unmodified Pulse names foreign addresses and speaks of teams; what is left is unmistakable.
constexpr std::array<std::string_view, 4> kPlain{"organiz", "organis", "tenan", "multitenan"};
constexpr std::array<std::string_view, 4> kPlainWhole{"orgswitcher", "org-switcher", "switch-org", "org-settings"};
constexpr std::size_t kShownAround = 60;

bool Letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool Upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool Begins(std::string_view text, std::size_t at) {
    return at == 0 || !Letter(text[at - 1]) || (Upper(text[at]) && !Upper(text[at - 1]));
}
bool Ends(std::string_view text, std::size_t end) {
    return end == text.size() || !Letter(text[end]) || (Upper(text[end]) && !Upper(text[end - 1]));
}

bool EndsLikeAFile(std::string_view path) {
    return path.ends_with(".js") || path.ends_with(".css") || path.ends_with(".mjs");
}

/// What stands between quotes, when it is a file of this server.
std::string PathOf(std::string_view quoted, std::string_view from_path) {
    if (quoted.empty() || quoted.size() > 200 || !EndsLikeAFile(quoted) ||
        quoted.find_first_of(" \\?#%<>{}$") != std::string_view::npos || quoted.starts_with("//")) {
        return {};
    }
    if (quoted.starts_with('/')) {
        return std::string(quoted);
    }
    if (!quoted.starts_with("./") || quoted.find("..") != std::string_view::npos) {
        return {};
    }
    return std::string(from_path.substr(0, from_path.rfind('/') + 1)) + std::string(quoted.substr(2));
}

}  // namespace

std::optional<std::string> FindWording(std::string_view text, Surface surface) {
    const std::string lower = platform::ToLowerAscii(text);
    const auto find = [&](auto words, bool whole) -> std::optional<std::string> {
        for (const std::string_view word : words) {
            for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
                if (Begins(text, at) && (!whole || Ends(text, at + word.size()))) {
                    const std::size_t begin = at < kShownAround ? 0 : at - kShownAround;
                    return platform::EscapeForLog(text.substr(begin, word.size() + 2 * kShownAround));
                }
            }
        }
        return std::nullopt;
    };
    if (surface == Surface::kPulse) {
        auto found = find(kPlain, false);
        return found ? found : find(kPlainWhole, true);
    }
    auto found = find(kBeginnings, false);
    return found ? found : find(kWhole, true);
}

std::vector<std::string> NamedFiles(std::string_view text, std::string_view from_path) {
    std::vector<std::string> files;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char quote = text[at];
        if (quote != '"' && quote != '\'') {
            continue;
        }
        const std::size_t end = text.find_first_of("\"'\n", at + 1);
        if (end == std::string_view::npos || text[end] != quote) {
            continue;
        }
        std::string path = PathOf(text.substr(at + 1, end - at - 1), from_path);
        if (!path.empty() && std::ranges::find(files, path) == files.end()) {
            files.push_back(std::move(path));
        }
        at = end;
    }
    return files;
}

}  // namespace tenancy::probe
