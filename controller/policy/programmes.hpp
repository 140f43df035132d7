// Certification programmes: packets, their reviews and what must hold before they are done (PKT-1 to PKT-7), and the
// acts on them that rules judge. Value types; pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/requirements.hpp"
#include "controller/policy/types.hpp"

namespace policy {

struct PacketTag {
    static constexpr std::size_t kMaxLength = 20;
};
/// "03": within its programme.
using PacketNumber = platform::StrongId<PacketTag>;

enum class PacketStatus : std::uint8_t { kNotStarted, kInProgress, kChangesRequested, kBlocked, kDone };
enum class PacketSection : std::uint8_t { kWork, kTests, kEvidence };
enum class GateMark : std::uint8_t { kPass, kFail, kNotApplicable };
enum class PacketVerdict : std::uint8_t { kApproved, kChangesRequested, kBlocked };

/// A required test and its last run, when there is one.
struct TestFacts {
    std::string command;
    bool has_run = false;
    std::optional<int> exit_code;
    bool timed_out = false;
    bool truncated = false;
    std::int64_t output_bytes = 0;
};

/// Starting work on a packet.
struct PacketStartAct {
    ActorFacts actor;
    std::string packet;
    PrincipalId implementer;
    PrincipalId reviewer;
    bool reviewer_is_active_user = false;
    std::vector<std::string> without_checkpoint;  // other packets of the programme that are done
};

/// The reviewer's verdict on a packet.
struct PacketReviewAct {
    ActorFacts actor;
    std::string packet;
    PrincipalId implementer;
    PrincipalId reviewer;
    std::vector<std::string> open_boxes;
    std::vector<TestFacts> tests;
    std::array<GateMark, 3> gates{GateMark::kPass, GateMark::kPass, GateMark::kPass};
    std::array<std::string, 3> gate_reasons;
    PacketVerdict verdict = PacketVerdict::kApproved;
    std::string findings;
};

/// Certifying a programme.
struct CertificationAct {
    ActorFacts actor;
    std::size_t packets = 0;
    std::size_t definition_items = 0;
    std::vector<std::string> open_packets;
    std::vector<std::string> without_checkpoint;
    std::vector<std::string> open_milestones;
    std::vector<std::string> unmet;  // items of the definition of done
    std::string audit_problem;       // of the newest status audit; empty: green, or there is none
};

/// PKT-3: what keeps the last run from counting; empty when nothing does.
std::string RunProblem(const TestFacts& test);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::PacketStatus> {
    static constexpr std::array<EnumName<policy::PacketStatus>, 5> kNames{
        {{policy::PacketStatus::kNotStarted, "NOT_STARTED"},
         {policy::PacketStatus::kInProgress, "IN_PROGRESS"},
         {policy::PacketStatus::kChangesRequested, "CHANGES_REQUESTED"},
         {policy::PacketStatus::kBlocked, "BLOCKED"},
         {policy::PacketStatus::kDone, "DONE"}}};
};
template <>
struct EnumNames<policy::PacketSection> {
    static constexpr std::array<EnumName<policy::PacketSection>, 3> kNames{
        {{policy::PacketSection::kWork, "work"},
         {policy::PacketSection::kTests, "tests"},
         {policy::PacketSection::kEvidence, "evidence"}}};
};
template <>
struct EnumNames<policy::GateMark> {
    static constexpr std::array<EnumName<policy::GateMark>, 3> kNames{{{policy::GateMark::kPass, "PASS"},
                                                                       {policy::GateMark::kFail, "FAIL"},
                                                                       {policy::GateMark::kNotApplicable, "N/A"}}};
};
template <>
struct EnumNames<policy::PacketVerdict> {
    static constexpr std::array<EnumName<policy::PacketVerdict>, 3> kNames{
        {{policy::PacketVerdict::kApproved, "APPROVED"},
         {policy::PacketVerdict::kChangesRequested, "CHANGES_REQUESTED"},
         {policy::PacketVerdict::kBlocked, "BLOCKED"}}};
};

}  // namespace platform
