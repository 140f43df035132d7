#include "tenancy/wire/control_document.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/invariant.hpp"
#include "platform/json/canonical_scanner.hpp"
#include "platform/json/canonical_text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/wire/flag_fields.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr platform::TextRule kControlName{1, 200};
constexpr platform::TextRule kControlOperation{0, 200};
constexpr platform::TextRule kControlReason{0, 2000};
constexpr std::size_t kUsualBytes = 512;
constexpr std::size_t kMostScanned = 16 * 1024;  // fewer values than any bound on their number

/// As it is written; nothing when it is written otherwise, or larger than most are.
std::optional<ControlDocument> ScanDocument(std::string_view text) {
    platform::CanonicalScanner in(text);
    ControlDocument document;
    in.Expect(R"({"flags":)");
    document.flags = ScanFlags(in);
    in.Expect(R"(,"generation":)");
    document.generation = in.Integer(1, platform::kLargestInteger);
    in.Expect(R"(,"instance":)");
    document.instance = in.Text(kControlName);
    in.Expect(R"(,"issued_at":)");
    document.issued_at = in.Instant();
    in.Expect(R"(,"multi_tenant":{"enabled":)");
    document.enabled = in.Boolean();
    in.Expect(R"(,"mode":)");
    const auto mode = platform::ParseEnum<ApplyMode>(in.Text());
    in.Expect(R"(,"operation":)");
    document.operation = in.Text(kControlOperation);
    in.Expect(R"(,"reason":)");
    document.reason = in.Text(kControlReason);
    in.Expect("}}");
    if (text.size() > kMostScanned || !in.AtEnd() || !mode) {
        return std::nullopt;
    }
    document.mode = *mode;
    // Sorted, each flag once, the time in its one form.
    return EncodeControlDocument(document) == text ? std::optional(std::move(document)) : std::nullopt;
}

void ReadSwitch(const Json& json, const std::string& pointer, ControlDocument& document, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    document.enabled = in.Boolean("enabled");
    document.mode = in.OptionalEnum<ApplyMode>("mode").value_or(ApplyMode::kHot);
    document.reason = in.Text("reason", kControlReason);
    document.operation = in.Text("operation", kControlOperation);
    in.Finish();
}

}  // namespace

// Written out, in the canonical order of the keys: a kill makes one for each instance of a fleet, and the trees of JSON
// in between took longer than half of what signing takes.
std::string EncodeControlDocument(const ControlDocument& document) {
    PORTCULLIS_INVARIANT(
        document.generation >= -platform::kLargestInteger && document.generation <= platform::kLargestInteger,
        "integers in a document are within 2^53");
    std::string text;
    text.reserve(kUsualBytes);
    text += R"({"flags":)";
    text += document.flags.empty() ? std::string("{}") : platform::CanonicalJson(FlagsJson(document.flags));
    text += R"(,"generation":)";
    text += std::to_string(document.generation);
    text += R"(,"instance":)";
    platform::AppendCanonicalText(text, document.instance);
    text += R"(,"issued_at":)";
    platform::AppendCanonicalText(text, platform::FormatTime(document.issued_at));
    text += R"(,"multi_tenant":{"enabled":)";
    text += document.enabled ? "true" : "false";
    text += R"(,"mode":)";
    platform::AppendCanonicalText(text, platform::EnumText(document.mode));
    text += R"(,"operation":)";
    platform::AppendCanonicalText(text, document.operation);
    text += R"(,"reason":)";
    platform::AppendCanonicalText(text, document.reason);
    text += "}}";
    return text;
}

platform::Expected<ControlDocument, FieldErrors> DecodeControlDocument(std::string_view text) {
    if (auto written = ScanDocument(text)) {
        return std::move(*written);
    }
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxControlBytes, .max_depth = 8});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    ControlDocument document;
    document.instance = in.Text("instance", kControlName);
    document.generation = in.Integer("generation", 1, platform::kLargestInteger);
    document.issued_at = in.Instant("issued_at");
    if (const Json* order = in.Object("multi_tenant")) {
        ReadSwitch(*order, in.PointerTo("multi_tenant"), document, errors);
    }
    if (const Json* flags = in.Object("flags")) {
        document.flags = ReadFlags(*flags, in.PointerTo("flags"), errors);
    }
    in.Finish();
    // Written anew it is nearly always the same text already, which takes less than the tree that it was read into.
    if (errors.empty() && EncodeControlDocument(document) != text && platform::CanonicalJson(*json) != text) {
        errors.push_back({"", "must be written in its canonical form, which is the form that is signed"});
    }
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return document;
}

FlagOrders NarrowestFlags(const FlagOrders& one, const FlagOrders& other) {
    FlagOrders both;
    for (const auto& [name, flag] : one) {
        const auto found = other.find(name);
        if (found == other.end()) {
            if (name == kSwitchVariable) {
                both.emplace(name, flag);  // not named is not restricted
            }
            continue;  // an unknown flag is off
        }
        const FlagOrder& second = found->second;
        FlagOrder narrow;
        narrow.killed = flag.killed || second.killed;
        narrow.default_on = flag.default_on && second.default_on;
        for (const std::string& org : flag.default_on ? second.enabled_orgs : flag.enabled_orgs) {
            const bool in_both =
                flag.default_on || second.default_on ||
                std::find(second.enabled_orgs.begin(), second.enabled_orgs.end(), org) != second.enabled_orgs.end();
            if (in_both) {
                narrow.enabled_orgs.push_back(org);
            }
        }
        both.emplace(name, std::move(narrow));
    }
    if (const auto staged = other.find(std::string(kSwitchVariable)); staged != other.end()) {
        both.emplace(staged->first, staged->second);
    }
    return both;
}

bool FlagIsOn(const ControlDocument& document, std::string_view flag, const OrgId& org) {
    const auto found = document.flags.find(std::string(flag));
    if (found == document.flags.end() || found->second.killed) {
        return false;
    }
    const auto& orgs = found->second.enabled_orgs;
    return found->second.default_on || std::find(orgs.begin(), orgs.end(), org.Text()) != orgs.end();
}

bool TenancyIsStaged(const ControlDocument& document) {
    return document.flags.contains(std::string(kSwitchVariable));
}

bool TenancyIsOn(const ControlDocument& document, const OrgId& org) {
    return org.IsDefault() || !TenancyIsStaged(document) || FlagIsOn(document, kSwitchVariable, org);
}

}  // namespace tenancy::wire
