#include "controller/wire/verdict_report.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "controller/policy/catalogue.hpp"
#include "controller/wire/fields.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::Json;

/// For XML 1.0 text and attributes alike. It has no way to write most control characters, nor U+FFFE and U+FFFF.
std::string XmlText(std::string_view raw) {
    const std::string text = CleanUtf8(raw);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&apos;";
                break;
            case '\t':
                out += "&#9;";
                break;
            case '\n':
                out += "&#10;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "\xEF\xBF\xBD";
                } else if (text.compare(i, 3, "\xEF\xBF\xBE") == 0 || text.compare(i, 3, "\xEF\xBF\xBF") == 0) {
                    out += "\xEF\xBF\xBD";
                    i += 2;
                } else {
                    out += c;
                }
        }
    }
    return out;
}

/// One line of Markdown that shows `raw` literally, inside a table too: no markup, no HTML, no line break.
std::string MarkdownText(std::string_view raw) {
    constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~";
    const std::string text = CleanUtf8(raw);
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (c == '@') {
            out += "&#64;";  // so that a report in a pull request calls nobody by name
        } else if (byte < 0x20 || byte == 0x7F) {
            out += ' ';
        } else {
            if (kMarkup.find(c) != std::string_view::npos) {
                out += '\\';
            }
            out += c;
        }
    }
    return out;
}

/// The data of a workflow command; a property's value must not hold ':' and ',' either.
std::string CommandText(std::string_view raw, bool property) {
    std::string out;
    for (const char c : platform::EscapeForLog(CleanUtf8(raw))) {
        if (c == '%') {
            out += "%25";
        } else if (property && c == ':') {
            out += "%3A";
        } else if (property && c == ',') {
            out += "%2C";
        } else {
            out += c;
        }
    }
    return out;
}

/// For a URI's path: everything but unreserved characters as %XX.
std::string UriText(std::string_view raw) {
    constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : raw) {
        if (kUnreserved.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

std::string Transition(const VerdictDocument& verdict) {
    return verdict.release + " from " + std::string(EnumText(verdict.from)) + " to " +
           std::string(EnumText(verdict.to));
}

std::string Sentence(const VerdictDocument& verdict) {
    switch (verdict.state) {
        case policy::VerdictState::kAllow:
            return Transition(verdict) + " is allowed";
        case policy::VerdictState::kDeny:
            return Transition(verdict) + " is denied";
        case policy::VerdictState::kPending:
            return Transition(verdict) + " is not allowed yet";
        case policy::VerdictState::kIndeterminate:
            break;
    }
    return Transition(verdict) + " could not be decided";
}

std::size_t CountKind(const VerdictDocument& verdict, policy::FindingKind kind) {
    return static_cast<std::size_t>(std::count_if(verdict.findings.begin(), verdict.findings.end(),
                                                  [&](const FindingDocument& f) { return f.kind == kind; }));
}

/// "3 denied, 1 pending"; empty without findings.
std::string Tally(const VerdictDocument& verdict) {
    std::vector<std::string> parts;
    for (const auto& name : platform::EnumNames<policy::FindingKind>::kNames) {
        if (const std::size_t count = CountKind(verdict, name.value); count > 0) {
            parts.push_back(std::to_string(count) + " " + std::string(name.text));
        }
    }
    return platform::Join(parts, ", ");
}

/// Message, remedy, and when time alone ends it.
std::string FullText(const FindingDocument& finding, std::string_view separator) {
    std::string text = finding.message;
    if (!finding.remedy.empty()) {
        text += std::string(separator) + finding.remedy;
    }
    if (finding.ends_at) {
        text += std::string(separator) + "ends " + platform::FormatTime(*finding.ends_at);
    }
    return text;
}

std::string JunitCase(const FindingDocument& finding) {
    const std::string name = finding.subject.empty() ? finding.rule : finding.rule + " " + finding.subject;
    std::string out = "    <testcase classname=\"portcullis." + XmlText(finding.rule) + "\" name=\"" + XmlText(name) +
                      "\" time=\"0\">\n";
    const std::string body = XmlText(FullText(finding, "\n"));
    const std::string attributes =
        " message=\"" + XmlText(finding.message) + "\" type=\"" + std::string(EnumText(finding.kind)) + "\"";
    switch (finding.kind) {
        case policy::FindingKind::kDenied:
        case policy::FindingKind::kPending:
            out += "      <failure" + attributes + ">" + body + "</failure>\n";
            break;
        case policy::FindingKind::kIndeterminate:
            out += "      <error" + attributes + ">" + body + "</error>\n";
            break;
        case policy::FindingKind::kDoubt:
            out += "      <system-out>" + body + "</system-out>\n";
            break;
    }
    return out + "    </testcase>\n";
}

std::string_view SarifLevel(policy::FindingKind kind) {
    switch (kind) {
        case policy::FindingKind::kDenied:
        case policy::FindingKind::kIndeterminate:
            return "error";
        case policy::FindingKind::kPending:
            return "warning";
        case policy::FindingKind::kDoubt:
            break;
    }
    return "note";
}

std::string_view GithubCommand(policy::FindingKind kind) {
    switch (kind) {
        case policy::FindingKind::kDenied:
        case policy::FindingKind::kIndeterminate:
            return "error";
        case policy::FindingKind::kPending:
            return "warning";
        case policy::FindingKind::kDoubt:
            break;
    }
    return "notice";
}

/// The rule's title where this program knows the rule.
std::string RuleTitle(const FindingDocument& finding) {
    const policy::Rule* const rule = policy::FindRule(finding.rule);
    return rule == nullptr ? finding.rule : std::string(rule->title);
}

Json SarifRules(const VerdictDocument& verdict, std::vector<std::string>& ids) {
    Json rules = Json::array();
    for (const FindingDocument& finding : verdict.findings) {
        if (std::find(ids.begin(), ids.end(), finding.rule) != ids.end()) {
            continue;
        }
        ids.push_back(finding.rule);
        Json rule{{"id", CleanUtf8(finding.rule)}, {"shortDescription", {{"text", CleanUtf8(RuleTitle(finding))}}}};
        if (!finding.reference.empty()) {
            rule["fullDescription"] = {{"text", CleanUtf8(RuleTitle(finding) + " (" + finding.reference + ")")}};
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

/// A release is no file; viewers that group by file get an address of its own for each.
Json SarifLocation(const VerdictDocument& verdict, const FindingDocument& finding) {
    const std::string subject = finding.subject.empty() ? verdict.release : verdict.release + "/" + finding.subject;
    const Json artifact = Json::object({{"uri", "releases/" + UriText(verdict.release)}});
    const Json logical{{"fullyQualifiedName", CleanUtf8(subject)}, {"kind", "release"}};
    return {{"physicalLocation", Json::object({{"artifactLocation", artifact}})},
            {"logicalLocations", Json::array({logical})}};
}

}  // namespace

std::string VerdictLine(const VerdictDocument& verdict) {
    std::string line = std::string(EnumText(verdict.state)) + ": " + Sentence(verdict);
    if (const std::string tally = Tally(verdict); !tally.empty()) {
        line += " (" + tally + ")";
    }
    return platform::EscapeForLog(line);
}

std::string JunitReport(const VerdictDocument& verdict) {
    const bool allowed = verdict.state == policy::VerdictState::kAllow;
    const bool undecided = verdict.state == policy::VerdictState::kIndeterminate;
    const std::size_t errors = CountKind(verdict, policy::FindingKind::kIndeterminate) + (undecided ? 1U : 0U);
    const std::size_t failures = CountKind(verdict, policy::FindingKind::kDenied) +
                                 CountKind(verdict, policy::FindingKind::kPending) + (allowed || undecided ? 0U : 1U);
    const std::string counts = " tests=\"" + std::to_string(verdict.findings.size() + 1) + "\" failures=\"" +
                               std::to_string(failures) + "\" errors=\"" + std::to_string(errors) + "\"";
    std::string timestamp = platform::FormatTime(verdict.evaluated_at);
    timestamp.resize(std::min<std::size_t>(timestamp.size(), 19));  // readers expect no zone: YYYY-MM-DDTHH:MM:SS

    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"portcullis\"" + counts +
                      " time=\"0\">\n  <testsuite name=\"" + XmlText("portcullis gate: " + Transition(verdict)) + "\"" +
                      counts + " skipped=\"0\" time=\"0\" timestamp=\"" + timestamp + "\">\n";
    out += "    <testcase classname=\"portcullis.gate\" name=\"verdict\" time=\"0\">\n";
    if (!allowed) {
        const std::string element = undecided ? "error" : "failure";
        out += "      <" + element + " message=\"" + XmlText(Sentence(verdict)) + "\" type=\"" +
               std::string(EnumText(verdict.state)) + "\">" + XmlText(Tally(verdict)) + "</" + element + ">\n";
    }
    out += "    </testcase>\n";
    for (const FindingDocument& finding : verdict.findings) {
        out += JunitCase(finding);
    }
    return out + "  </testsuite>\n</testsuites>\n";
}

std::string MarkdownReport(const VerdictDocument& verdict) {
    std::string out = "## Gate: " + MarkdownText(Sentence(verdict)) + "\n\n";
    out += "**" + std::string(EnumText(verdict.state)) + "**";
    if (verdict.classification) {
        out += " · class " + MarkdownText(EnumText(*verdict.classification));
    }
    out += " · evaluated " + platform::FormatTime(verdict.evaluated_at);
    if (verdict.earliest) {
        out += " · earliest by time alone " + platform::FormatTime(*verdict.earliest);
    }
    if (verdict.what_if) {
        out += " · what-if, nothing was changed";
    }
    if (verdict.simulated_clock) {
        out += " · simulated clock";
    }
    out += "\n\n";
    if (verdict.findings.empty()) {
        return out + "No findings.\n";
    }
    out += "| Rule | Kind | Finding | Remedy |\n|---|---|---|---|\n";
    for (const FindingDocument& finding : verdict.findings) {
        std::string message = MarkdownText(finding.message);
        if (finding.ends_at) {
            message += " (ends " + platform::FormatTime(*finding.ends_at) + ")";
        }
        out += "| " + MarkdownText(finding.rule) + (finding.hard_stop ? " **hard stop**" : "") + " | " +
               std::string(EnumText(finding.kind)) + " | " + message + " | " + MarkdownText(finding.remedy) + " |\n";
    }
    out += "\nFacts " + MarkdownText(verdict.facts_hash.substr(0, 16)) + ", rule catalogue " +
           std::to_string(verdict.catalogue_version) + ".\n";
    return out;
}

std::string SarifReport(const VerdictDocument& verdict) {
    std::vector<std::string> ids;
    Json rules = SarifRules(verdict, ids);
    Json results = Json::array();
    for (const FindingDocument& finding : verdict.findings) {
        const auto index = std::find(ids.begin(), ids.end(), finding.rule) - ids.begin();
        results.push_back({{"ruleId", CleanUtf8(finding.rule)},
                           {"ruleIndex", index},
                           {"level", SarifLevel(finding.kind)},
                           {"message", Json::object({{"text", CleanUtf8(FullText(finding, "\n"))}})},
                           {"locations", Json::array({SarifLocation(verdict, finding)})},
                           {"properties", {{"kind", EnumText(finding.kind)}, {"hardStop", finding.hard_stop}}}});
    }
    const Json driver{{"name", "Portcullis"}, {"semanticVersion", PORTCULLIS_VERSION}, {"rules", std::move(rules)}};
    const Json invocation{{"executionSuccessful", verdict.state != policy::VerdictState::kIndeterminate},
                          {"endTimeUtc", platform::FormatTime(verdict.evaluated_at)}};
    const Json run{{"tool", Json::object({{"driver", driver}})},
                   {"invocations", Json::array({invocation})},
                   {"properties",
                    {{"release", CleanUtf8(verdict.release)},
                     {"from", EnumText(verdict.from)},
                     {"to", EnumText(verdict.to)},
                     {"state", EnumText(verdict.state)},
                     {"decision", EnumText(DecisionOf(verdict.state))}}},
                   {"results", std::move(results)}};
    const Json document{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                        {"version", "2.1.0"},
                        {"runs", Json::array({run})}};
    return document.dump(2) + "\n";
}

std::string GithubReport(const VerdictDocument& verdict) {
    std::string out;
    for (const FindingDocument& finding : verdict.findings) {
        const std::string title = finding.rule + (finding.hard_stop ? " (hard stop)" : "");
        out += "::" + std::string(GithubCommand(finding.kind)) + " title=" + CommandText(title, true) +
               "::" + CommandText(FullText(finding, " - "), false) + "\n";
    }
    return out + VerdictLine(verdict) + "\n";
}

}  // namespace wire
