// CLS-5: what changed paths say about the class (specification, section 3).

#include <algorithm>

#include "controller/policy/classification.hpp"

namespace policy {
namespace {

/// Upper and lower case are one, and so are the two slashes: a path must not escape its rule by its spelling.
char FoldPathCharacter(char c) {
    if (c >= 'A' && c <= 'Z') {
        return static_cast<char>(c - 'A' + 'a');
    }
    return c == '\\' ? '/' : c;
}

enum class GlobToken : std::uint8_t { kLiteral, kOne, kWithinFolder, kAnyText, kAnyFolders };

struct GlobStep {
    GlobToken token;
    char literal = 0;
};

std::vector<GlobStep> ParseGlob(std::string_view pattern) {
    std::vector<GlobStep> steps;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool at_folder_start = i == 0 || pattern[i - 1] == '/';
        if (pattern.substr(i, 3) == "**/" && at_folder_start) {
            steps.push_back({GlobToken::kAnyFolders});
            i += 2;
        } else if (pattern.substr(i, 2) == "**") {
            steps.push_back({GlobToken::kAnyText});
            i += 1;
        } else if (pattern[i] == '*') {
            steps.push_back({GlobToken::kWithinFolder});
        } else if (pattern[i] == '?') {
            steps.push_back({GlobToken::kOne});
        } else {
            steps.push_back({GlobToken::kLiteral, FoldPathCharacter(pattern[i])});
        }
    }
    return steps;
}

/// The steps that may be next, all at once: time grows with text x pattern and never with their combinations.
class GlobStates {
public:
    explicit GlobStates(std::size_t steps) : reached_(steps + 1, 0) {}

    /// Reaching a step that may match nothing reaches the one after it as well.
    void Reach(const std::vector<GlobStep>& steps, std::size_t at) {
        for (; reached_[at] != kEntered; ++at) {
            reached_[at] = kEntered;
            if (at == steps.size() || steps[at].token == GlobToken::kLiteral || steps[at].token == GlobToken::kOne) {
                return;
            }
        }
    }
    /// Still inside folders that a `**/` swallows: their end is the next slash.
    void StayInside(std::size_t at) {
        if (reached_[at] == 0) {
            reached_[at] = kInside;
        }
    }
    bool Has(std::size_t at) const {
        return reached_[at] != 0;
    }
    bool IsComplete() const {
        return reached_.back() == kEntered;
    }
    void Clear() {
        std::fill(reached_.begin(), reached_.end(), 0);
    }

private:
    static constexpr char kInside = 1;
    static constexpr char kEntered = 2;
    std::vector<char> reached_;
};

void AdvanceGlob(const std::vector<GlobStep>& steps, const GlobStates& now, char c, GlobStates& next) {
    for (std::size_t at = 0; at < steps.size(); ++at) {
        if (!now.Has(at)) {
            continue;
        }
        switch (steps[at].token) {
            case GlobToken::kLiteral:
                if (c == steps[at].literal) {
                    next.Reach(steps, at + 1);
                }
                break;
            case GlobToken::kOne:
                if (c != '/') {
                    next.Reach(steps, at + 1);
                }
                break;
            case GlobToken::kWithinFolder:
                if (c != '/') {
                    next.Reach(steps, at);
                }
                break;
            case GlobToken::kAnyText:
                next.Reach(steps, at);
                break;
            case GlobToken::kAnyFolders:
                next.StayInside(at);
                if (c == '/') {
                    next.Reach(steps, at + 1);
                }
                break;
        }
    }
}

bool MatchesGlob(const std::vector<GlobStep>& steps, std::string_view path) {
    GlobStates now(steps.size());
    GlobStates next(steps.size());
    now.Reach(steps, 0);
    for (const char c : path) {
        next.Clear();
        AdvanceGlob(steps, now, FoldPathCharacter(c), next);
        std::swap(now, next);
    }
    return now.IsComplete();
}

/// `./src/x`, `/src/x` and `src/x` are one path.
std::string_view StripPathStart(std::string_view path) {
    for (;;) {
        if (path.substr(0, 2) == "./" || path.substr(0, 2) == ".\\") {
            path.remove_prefix(2);
        } else if (!path.empty() && (path.front() == '/' || path.front() == '\\')) {
            path.remove_prefix(1);
        } else {
            return path;
        }
    }
}

std::vector<PathRule> MakeDefaultPathRules() {
    struct Topic {
        std::string_view topic;
        std::vector<std::string_view> patterns;
    };
    const std::vector<Topic> topics = {
        {"auth",
         {"**/auth/**", "**/authn/**", "**/authz/**", "**/auth.*", "**/auth_*", "**/auth-*", "**/*authentication*",
          "**/*authorization*", "**/*authentication*/**", "**/*authorization*/**", "**/login/**", "**/oauth*/**",
          "**/session/**", "**/sessions/**"}},
        {"audit",
         {"**/audit/**", "**/audit.*", "**/audit_*", "**/audit-*", "**/*audit_log*", "**/*audit-log*",
          "**/*auditlog*"}},
        {"permissions",
         {"**/permission*/**", "**/*permission*", "**/roles/**", "**/rbac/**", "**/acl/**", "**/*rbac*"}},
        {"schema",
         {"**/migration*/**", "**/*migration*", "**/schema/**", "**/schemas/**", "**/schema.*", "**/*.sql",
          "**/*.prisma"}},
        {"backup and restore", {"**/backup*/**", "**/*backup*", "**/restore*/**", "**/*restore*", "**/recovery/**"}},
        {"tenant isolation",
         {"**/tenant*/**", "**/*tenant*", "**/tenancy/**", "**/*tenancy*", "**/isolation/**", "**/*row_level*",
          "**/*row-level*", "**/rls/**"}},
    };
    std::vector<PathRule> rules;
    for (const Topic& topic : topics) {
        for (const std::string_view pattern : topic.patterns) {
            rules.push_back({std::string(pattern), ReleaseClass::kMechanism, std::string(topic.topic)});
        }
    }
    return rules;
}

}  // namespace

std::span<const PathRule> DefaultPathRules() {
    static const std::vector<PathRule> rules = MakeDefaultPathRules();
    return rules;
}

bool PathMatches(std::string_view pattern, std::string_view path) {
    return MatchesGlob(ParseGlob(pattern), path);
}

std::optional<ClassFloor> SuggestFloor(const std::vector<std::string>& paths, std::span<const PathRule> rules) {
    std::optional<ClassFloor> highest;
    for (const PathRule& rule : rules) {
        if (highest && rule.floor <= highest->floor) {
            continue;
        }
        const std::vector<GlobStep> steps = ParseGlob(rule.pattern);
        const auto match = std::find_if(paths.begin(), paths.end(), [&steps](const std::string& path) {
            return MatchesGlob(steps, StripPathStart(path));
        });
        if (match != paths.end()) {
            highest = ClassFloor{rule.floor, *match, rule.pattern, rule.topic};
        }
    }
    return highest;
}

}  // namespace policy
