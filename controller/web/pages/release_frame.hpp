// What the pages of a release share: the head with its tabs, documents that are shown as they are printed, and the
// commands that forms make, decoded as the API decodes them.
//
// Internal to pages/. Errors as visit.hpp says: what does not hold leaves the handler as a refusal. One thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "controller/policy/finding.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/release_json.hpp"
#include "controller/wire/verdict.hpp"

namespace web {

/// Where it stands among the tabs: "overview", "manifest", "tenants", "memos", "rollbacks", "timeline".
struct ReleasePage {
    std::string_view file;
    std::string_view tab;
    std::string title = {};  // of the page below the release; empty for its overview
};

policy::ReleaseId ReleaseOf(const Visit& visit);
/// Below /console: "/releases/2025-01-15-audit-filter-ui" and what follows.
std::string ReleasePath(const policy::ReleaseId& release, std::string_view rest = {});
/// Begins the page with the release's head.
Slots BeginReleasePage(Visit& visit, const wire::Release& release, ReleasePage page);

/// "Candidate".
std::string ChannelTitle(policy::Channel channel);
/// "workflow", "rolled back": an enumerator's text as words.
template <typename E>
std::string Words(E value) {
    std::string words(platform::EnumText(value));
    for (char& character : words) {
        character = character == '_' ? ' ' : character;
    }
    return words;
}

/// What is inside <main> of one of our own rendered documents, whose values are escaped already: for {{NAME:none}}.
std::string DocumentBody(std::string_view html);
/// Canonical JSON as people read it.
std::string IndentedJson(std::string_view json);
/// As the rules' own findings; of a rule that this program does not know, nothing.
policy::Findings FindingsOf(const wire::VerdictDocument& verdict);
/// What blocks first, what only waits after it, notes last.
policy::Findings InOrderOfWeight(policy::Findings findings);

/// A document that was pasted: JSON, or YAML. Of a file for `portcullis apply`, its part `part`.
wire::Document ReadPasted(std::string_view text, std::string_view part);
[[noreturn]] void RefuseTyped(platform::FieldErrors errors);
template <typename T>
T Require(wire::Decoded<T> decoded) {
    if (!decoded) {
        RefuseTyped(std::move(decoded.error()));
    }
    return std::move(*decoded);
}

}  // namespace web
