// Reading a hand-written decision memo (MEM-7): the layout of the specification's template (section 9), written by
// people: as text or Markdown, with fences, bullets, tables, bold, any case, any order of parts, odd dashes, Windows
// line ends, dates in several forms.
//
// Reading never fails: what is there is kept with its line number, what could not be read is kept in `unreadable`, and
// LintMemo (controller/render/memo_lint.hpp) says what it means. Bounded: a longer text is not read at all.
// Pure; thread safe; linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"

namespace render {

struct MemoLimits {
    std::size_t max_bytes = 64 * 1024;
    std::size_t max_lines = 4'000;
    std::size_t max_items = 200;  // of one list
};

/// A text and where it stands. Line 0: it is not there.
struct ParsedText {
    std::string text;
    int line = 0;
};

struct ParsedDate {
    std::optional<policy::Date> date;
    std::string text;  // as written
    int line = 0;
};

/// "Jane Doe, Dev Lead, 2025-01-29", or a signature "Dev Lead: Jane Doe, 2025-01-29".
struct ParsedPerson {
    std::string name;                 // empty: the line was left blank
    std::vector<policy::Role> roles;  // more than one: the line names several
    std::string role_text;            // a role that is none of ours
    std::optional<policy::Date> date;
    int line = 0;
};

enum class BoxKey : std::uint8_t {
    kDurations,
    kIncidents,
    kDataSafety,
    kKillSwitch,
    kRollback,
    kObservability,
    kExitCriteria
};

struct ParsedBox {
    std::optional<BoxKey> key;  // none: not one of the template's
    bool ticked = false;
    std::string text;
    std::string detail;  // what stands beside the template's words
    int line = 0;
};

struct ParsedRisk {
    std::string risk;
    std::string rationale;
    int line = 0;
};

/// "2 weeks in experimental".
struct ParsedStay {
    policy::Channel channel = policy::Channel::kExperimental;
    policy::Duration claimed{};
    policy::Duration unit{};  // it was counted in
    std::string text;
    int line = 0;
};

/// What could not be read, or was left unfilled. `problem` is a stable word: "date_impossible", "unfilled" ...
struct UnreadPart {
    std::string problem;
    std::string text;
    int line = 0;
};

/// The tenant exposure plan's lines, when they stand in the same file.
struct ParsedPlan {
    ParsedDate start;
    std::vector<ParsedPerson> owners;
    std::vector<ParsedPerson> approvers;
    std::optional<policy::Duration> minimum_stay;
    int minimum_line = 0;
};

struct ParsedMemo {
    ParsedText release;
    ParsedText classification;
    std::vector<policy::ReleaseClass> classes;  // named in it
    ParsedDate date;
    ParsedText target_text;
    policy::Channel target = policy::Channel::kStable;
    std::vector<ParsedText> decisions;      // each line that states one
    std::vector<policy::Decision> decided;  // each decision stated, once
    bool decision_unedited = false;         // GO / NO-GO both left standing
    std::vector<ParsedPerson> approvers;
    std::vector<ParsedBox> checklist;
    std::vector<ParsedRisk> risks;
    ParsedText no_risks;  // "None"
    std::vector<ParsedText> rationale;
    std::vector<ParsedText> remediation;
    std::vector<ParsedText> notes;
    std::vector<ParsedPerson> signatures;
    std::vector<ParsedStay> stays;
    ParsedPlan plan;
    std::vector<UnreadPart> unreadable;
    // Lines of the parts' headings; 0: not there.
    int title_line = 0;
    int approvers_line = 0;
    int checklist_line = 0;
    int risks_line = 0;
    int notes_line = 0;
    int signatures_line = 0;

    /// The release id, when it is one.
    std::optional<policy::ReleaseId> Release() const;
    /// The decision, when there is exactly one.
    std::optional<policy::Decision> Decided() const;
    /// The class, when exactly one is named.
    std::optional<policy::ReleaseClass> Class() const;
};

ParsedMemo ParseMemo(std::string_view text, const MemoLimits& limits = {});

/// The key's text: that of policy::ChecklistItem.
std::string_view BoxKeyText(BoxKey key);
/// The template's words for the box.
std::string_view BoxTitle(BoxKey key);

}  // namespace render
