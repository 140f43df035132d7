// A verdict as a document: what a gate answers, what reports are made from, what is signed.
//
// Own strings throughout, unlike policy::Finding, so that a document from a server of another version (the command
// line reads those) can name rules this program does not know. Text and structs only. Value types; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct FindingDocument {
    std::string rule;
    policy::FindingKind kind = policy::FindingKind::kDenied;
    bool hard_stop = false;
    std::string message;
    std::string remedy;
    std::string subject;    // may be empty
    std::string reference;  // where the rule is written down
    std::optional<policy::Time> ends_at;
};

/// The three-valued answer; what a state means for a door. Only kAllow opens.
enum class GateDecision : std::uint8_t { kAllow, kDeny, kIndeterminate };
GateDecision DecisionOf(policy::VerdictState state);

struct VerdictDocument {
    std::string release;
    policy::Channel from = policy::Channel::kDev;
    policy::Channel to = policy::Channel::kExperimental;
    std::optional<policy::ReleaseClass> classification;
    policy::VerdictState state = policy::VerdictState::kIndeterminate;
    std::vector<FindingDocument> findings;  // in the verdict's order
    std::optional<policy::Time> earliest;
    policy::Time evaluated_at{};
    std::string facts_hash;
    int catalogue_version = 0;
    bool what_if = false;
    bool simulated_clock = false;
};

/// With the reference of its rule, from the catalogue.
FindingDocument MakeFindingDocument(const policy::Finding& finding);
std::vector<FindingDocument> MakeFindingDocuments(const policy::Findings& findings);

/// `facts_hash` is FactsHash(facts), which a caller may have kept from an earlier evaluation of the same facts.
VerdictDocument MakeVerdictDocument(const policy::PromotionFacts& facts, const policy::Verdict& verdict,
                                    std::string facts_hash);

/// JSON; the same verdict gives the same text.
std::string EncodeVerdict(const VerdictDocument& verdict);
/// Ignores fields it does not know: a newer server may send more.
platform::Expected<VerdictDocument, platform::FieldErrors> DecodeVerdict(std::string_view json);

/// SHA-256 hex over the canonical JSON of every fact but `now`: two verdicts with one facts hash, catalogue version and
/// time are the same verdict.
std::string FactsHash(const policy::PromotionFacts& facts);

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::GateDecision> {
    static constexpr std::array<EnumName<wire::GateDecision>, 3> kNames{
        {{wire::GateDecision::kAllow, "allow"},
         {wire::GateDecision::kDeny, "deny"},
         {wire::GateDecision::kIndeterminate, "indeterminate"}}};
};

}  // namespace platform
