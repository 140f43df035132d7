#include "controller/render/memo_labels.hpp"

#include <algorithm>
#include <array>

#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

struct LabelName {
    std::string_view folded;
    MemoPart part;
};
constexpr std::array<LabelName, 82> kLabelNames{{
    {"release", MemoPart::kRelease},
    {"release id", MemoPart::kRelease},
    {"release identifier", MemoPart::kRelease},
    {"classification", MemoPart::kClass},
    {"class", MemoPart::kClass},
    {"release class", MemoPart::kClass},
    {"release classification", MemoPart::kClass},
    {"date", MemoPart::kDate},
    {"memo date", MemoPart::kDate},
    {"decision date", MemoPart::kDate},
    {"date of decision", MemoPart::kDate},
    {"dated", MemoPart::kDate},
    {"target", MemoPart::kTarget},
    {"target channel", MemoPart::kTarget},
    {"promotion", MemoPart::kTarget},
    {"transition", MemoPart::kTarget},
    {"promotion to", MemoPart::kTarget},
    {"decision", MemoPart::kDecision},
    {"the decision", MemoPart::kDecision},
    {"go no go", MemoPart::kDecision},
    {"go no go decision", MemoPart::kDecision},
    {"verdict", MemoPart::kDecision},
    {"approvers", MemoPart::kApprovers},
    {"approver", MemoPart::kApprovers},
    {"approvals", MemoPart::kApprovers},
    {"approved by", MemoPart::kApprovers},
    {"checklist", MemoPart::kChecklist},
    {"check list", MemoPart::kChecklist},
    {"release checklist", MemoPart::kChecklist},
    {"go no go checklist", MemoPart::kChecklist},
    {"known risks accepted", MemoPart::kRisks},
    {"known risks", MemoPart::kRisks},
    {"accepted risks", MemoPart::kRisks},
    {"risks accepted", MemoPart::kRisks},
    {"known and accepted risks", MemoPart::kRisks},
    {"risks", MemoPart::kRisks},
    {"risk acceptance", MemoPart::kRisks},
    {"rationale", MemoPart::kRationale},
    {"reason", MemoPart::kRationale},
    {"reasons", MemoPart::kRationale},
    {"no go rationale", MemoPart::kRationale},
    {"written rationale", MemoPart::kRationale},
    {"remediation", MemoPart::kRemediation},
    {"remediation plan", MemoPart::kRemediation},
    {"remediation steps", MemoPart::kRemediation},
    {"corrective actions", MemoPart::kRemediation},
    {"notes", MemoPart::kNotes},
    {"note", MemoPart::kNotes},
    {"additional notes", MemoPart::kNotes},
    {"comments", MemoPart::kNotes},
    {"context", MemoPart::kNotes},
    {"additional context", MemoPart::kNotes},
    {"signatures", MemoPart::kSignatures},
    {"signature", MemoPart::kSignatures},
    {"signed", MemoPart::kSignatures},
    {"signed by", MemoPart::kSignatures},
    {"sign off", MemoPart::kSignatures},
    {"sign offs", MemoPart::kSignatures},
    {"signoff", MemoPart::kSignatures},
    {"owner", MemoPart::kPlanOwner},
    {"plan owner", MemoPart::kPlanOwner},
    {"exposure plan owner", MemoPart::kPlanOwner},
    {"start date", MemoPart::kPlanStart},
    {"minimum duration", MemoPart::kPlanMinimum},
    {"minimum stay", MemoPart::kPlanMinimum},
    {"title", MemoPart::kOther},
    {"memo", MemoPart::kOther},
    {"memo number", MemoPart::kOther},
    {"decided by", MemoPart::kOther},
    {"recorded facts", MemoPart::kOther},
    {"facts", MemoPart::kOther},
    {"signed content", MemoPart::kOther},
    {"manifest", MemoPart::kOther},
    {"rules", MemoPart::kOther},
    {"simulated clock", MemoPart::kOther},
    {"version", MemoPart::kOther},
    {"description", MemoPart::kOther},
    {"author", MemoPart::kOther},
    {"prepared by", MemoPart::kOther},
    {"subject", MemoPart::kOther},
    {"see also", MemoPart::kOther},
    {"references", MemoPart::kOther},
}};

std::optional<MemoPart> PartOf(std::string_view label) {
    std::string text(label);
    // "Known Risks Accepted (if any)"
    if (const std::size_t bracket = text.find('('); bracket != std::string::npos && bracket > 0) {
        text.resize(bracket);
    }
    const std::string folded = Fold(text);
    for (const LabelName& name : kLabelNames) {
        if (name.folded == folded) {
            return name.part;
        }
    }
    return std::nullopt;
}

constexpr std::array<std::string_view, 24> kTemplateWords{"name",
                                                          "role",
                                                          "date",
                                                          "release id",
                                                          "release",
                                                          "class",
                                                          "classification",
                                                          "risk",
                                                          "rationale",
                                                          "any additional context",
                                                          "additional context",
                                                          "method",
                                                          "list",
                                                          "duration",
                                                          "criterion",
                                                          "signature",
                                                          "decision",
                                                          "reason",
                                                          "your name",
                                                          "title",
                                                          "system owner",
                                                          "dev lead",
                                                          "qa",
                                                          "details"};

bool IsTemplateWord(std::string_view inside) {
    std::string folded = Fold(inside);
    while (!folded.empty() && (folded.back() == ' ' || (folded.back() >= '0' && folded.back() <= '9'))) {
        folded.pop_back();
    }
    return folded.starts_with("insert ") || folded.starts_with("fill ") ||
           std::find(kTemplateWords.begin(), kTemplateWords.end(), folded) != kTemplateWords.end();
}

}  // namespace

bool IsOneLine(MemoPart part) {
    switch (part) {
        case MemoPart::kRelease:
        case MemoPart::kClass:
        case MemoPart::kDate:
        case MemoPart::kTarget:
        case MemoPart::kDecision:
        case MemoPart::kPlanOwner:
        case MemoPart::kPlanStart:
        case MemoPart::kPlanMinimum:
            return true;
        case MemoPart::kHead:
        case MemoPart::kApprovers:
        case MemoPart::kChecklist:
        case MemoPart::kRisks:
        case MemoPart::kRationale:
        case MemoPart::kRemediation:
        case MemoPart::kNotes:
        case MemoPart::kSignatures:
        case MemoPart::kOther:
            return false;
    }
    return false;
}

std::optional<MemoLabel> ReadLabel(std::string_view line, bool heading) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        if (const auto part = PartOf(line.substr(0, colon))) {
            return MemoLabel{*part, std::string(platform::Trim(line.substr(colon + 1)))};
        }
    } else if (const std::size_t bar = line.find(" | "); bar != std::string_view::npos) {
        if (const auto part = PartOf(line.substr(0, bar)); part && IsOneLine(*part)) {
            return MemoLabel{*part, std::string(platform::Trim(line.substr(bar + 3)))};
        }
    } else if (const auto part = PartOf(line); part && (heading || !IsOneLine(*part) || *part == MemoPart::kDecision)) {
        return MemoLabel{*part, {}};
    }
    return heading ? std::optional(MemoLabel{MemoPart::kOther, {}}) : std::nullopt;
}

bool IsMemoTitle(std::string_view line) {
    const std::string folded = Fold(line);
    return HasPhrase(folded, "memo") && (HasPhrase(folded, "go") || HasPhrase(folded, "decision")) && line.size() < 120;
}

DecisionText ReadDecision(std::string_view text) {
    // With boxes, the ticked one is the decision: "[x] GO  [ ] NO-GO".
    std::string chosen;
    const std::string lower = platform::ToLowerAscii(text);
    if (lower.find("[x]") != std::string::npos) {
        for (std::size_t at = lower.find("[x]"); at != std::string::npos; at = lower.find("[x]", at + 1)) {
            chosen += lower.substr(at + 3, lower.find('[', at + 1) - at - 3) + " ";
        }
    } else {
        chosen = lower;
    }
    const std::vector<Word> words = SplitWords(chosen);
    DecisionText read;
    const auto add = [&read](policy::Decision decision) {
        if (std::find(read.decisions.begin(), read.decisions.end(), decision) == read.decisions.end()) {
            read.decisions.push_back(decision);
        }
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool after_no =
            (i >= 1 && words[i - 1].Is("no")) || (i >= 2 && words[i - 1].Is("-") && words[i - 2].Is("no"));
        if (words[i].Is("go")) {
            add(after_no ? policy::Decision::kNoGo : policy::Decision::kGo);
        } else if (words[i].Is("nogo")) {
            add(policy::Decision::kNoGo);
        }
        for (const std::string_view word : {"conditional", "conditionally", "conditions", "condition", "pending",
                                            "subject", "provided", "if", "once", "unless", "after", "until"}) {
            read.conditional = read.conditional || words[i].Is(word);
        }
    }
    return read;
}

std::vector<policy::ReleaseClass> ReadClasses(std::string_view text) {
    using policy::ReleaseClass;
    const std::string folded = Fold(text);
    std::vector<ReleaseClass> classes;
    if (HasPhrase(folded, "ui only") || HasPhrase(folded, "uionly") || folded == "ui") {
        classes.push_back(ReleaseClass::kUiOnly);
    }
    if (HasPhrase(folded, "workflow")) {
        classes.push_back(ReleaseClass::kWorkflow);
    }
    if (HasPhrase(folded, "capability")) {
        classes.push_back(ReleaseClass::kCapability);
    }
    if (HasPhrase(folded, "mechanism")) {
        classes.push_back(ReleaseClass::kMechanism);
    }
    return classes;
}

std::optional<policy::Channel> ReadTarget(std::string_view text) {
    std::optional<policy::Channel> target;
    for (const Word& word : SplitWords(text)) {
        if (const auto channel = platform::ParseEnum<policy::Channel>(word.text)) {
            target = channel;
        }
    }
    return target;
}

std::string_view BoxKeyText(BoxKey key) {
    switch (key) {
        case BoxKey::kDurations:
            return "durations";
        case BoxKey::kIncidents:
            return "incidents";
        case BoxKey::kDataSafety:
            return "data_safety";
        case BoxKey::kKillSwitch:
            return "kill_switch";
        case BoxKey::kRollback:
            return "rollback";
        case BoxKey::kObservability:
            return "observability";
        case BoxKey::kExitCriteria:
            return "exit_criteria";
    }
    return "?";
}

std::string_view BoxTitle(BoxKey key) {
    switch (key) {
        case BoxKey::kDurations:
            return "All channel durations met";
        case BoxKey::kIncidents:
            return "No SEV-1 or SEV-2 incidents during soak";
        case BoxKey::kDataSafety:
            return "Data safety verification passed";
        case BoxKey::kKillSwitch:
            return "Kill switch tested and functional";
        case BoxKey::kRollback:
            return "Rollback plan documented and tested";
        case BoxKey::kObservability:
            return "Observability verified";
        case BoxKey::kExitCriteria:
            return "Exit criteria from Tenant Exposure Plan met";
    }
    return "?";
}

std::optional<BoxKey> ReadBoxKey(std::string_view text) {
    // The words before a bracket name the box; what is in it may speak of anything.
    const std::string folded = Fold(text.substr(0, text.find('(')));
    struct KeyPhrase {
        std::string_view phrase;
        BoxKey key;
    };
    static constexpr std::array<KeyPhrase, 16> kPhrases{{{"exit criteria", BoxKey::kExitCriteria},
                                                         {"exit criterion", BoxKey::kExitCriteria},
                                                         {"data safety", BoxKey::kDataSafety},
                                                         {"kill switch", BoxKey::kKillSwitch},
                                                         {"killswitch", BoxKey::kKillSwitch},
                                                         {"rollback", BoxKey::kRollback},
                                                         {"roll back", BoxKey::kRollback},
                                                         {"observability", BoxKey::kObservability},
                                                         {"incident", BoxKey::kIncidents},
                                                         {"incidents", BoxKey::kIncidents},
                                                         {"sev 1", BoxKey::kIncidents},
                                                         {"durations", BoxKey::kDurations},
                                                         {"duration", BoxKey::kDurations},
                                                         {"soak time", BoxKey::kDurations},
                                                         {"channel stays", BoxKey::kDurations},
                                                         {"minimum stays", BoxKey::kDurations}}};
    for (const KeyPhrase& each : kPhrases) {
        if (HasPhrase(folded, each.phrase)) {
            return each.key;
        }
    }
    return std::nullopt;
}

std::string FindUnfilled(std::string_view text) {
    for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
        const std::size_t close = text.find(']', open);
        if (close == std::string_view::npos) {
            break;
        }
        if (close - open < 60 && IsTemplateWord(text.substr(open + 1, close - open - 1))) {
            return std::string(text.substr(open, close - open + 1));
        }
    }
    for (std::size_t open = text.find('<'); open != std::string_view::npos; open = text.find('<', open + 1)) {
        const std::size_t close = text.find('>', open);
        if (close == std::string_view::npos) {
            break;
        }
        if (close - open < 60 && IsTemplateWord(text.substr(open + 1, close - open - 1))) {
            return std::string(text.substr(open, close - open + 1));
        }
    }
    for (const Word& word : SplitWords(text)) {
        if (word.Is("tbd") || word.Is("tbc") || word.Is("todo") || word.Is("fixme") || word.Is("xxx")) {
            return std::string(text.substr(word.begin, word.end - word.begin));
        }
    }
    return {};
}

}  // namespace render
