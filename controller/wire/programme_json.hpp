// Certification programmes and packets as the API, the operations and the store see them (PKT-1 to PKT-7). Value types;
// the functions are pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/programmes.hpp"
#include "controller/tracker/lint.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"
#include "controller/wire/status_audit_json.hpp"

namespace wire {

/// A run of a packet's test, whatever came of it.
struct PacketRun {
    std::string id;
    std::int64_t item = 0;
    std::string argv;  // a JSON array
    std::optional<std::int64_t> exit_code;
    platform::Time started_at{};
    std::int64_t duration_ms = 0;
    bool timed_out = false;
    bool truncated = false;
    std::int64_t output_bytes = 0;
    std::string output_sha256;
    std::string excerpt;
    bool passed = false;
    std::string recorded_by;
    platform::Time recorded_at{};
};

struct PacketItem {
    std::int64_t n = 0;
    policy::PacketSection section = policy::PacketSection::kWork;
    std::string heading;
    std::string text;
    std::optional<std::string> ticked_by;
    std::optional<platform::Time> ticked_at;
    bool ticked = false;  // a test: its last run passed
};

struct PacketReview {
    std::string id;
    std::string reviewer;
    std::array<policy::GateMark, 3> gates{};
    std::array<std::string, 3> reasons;
    policy::PacketVerdict verdict = policy::PacketVerdict::kBlocked;
    std::string findings;
    std::string residual_risk;
    std::string rollback;
    platform::Time reviewed_at{};
};

struct Packet {
    std::string programme;
    std::string number;
    std::string title;
    std::string objective;
    std::vector<std::string> scope;
    std::vector<std::string> exit_criteria;
    std::optional<std::string> implementer;
    std::optional<std::string> reviewer;
    policy::PacketStatus status = policy::PacketStatus::kNotStarted;
    std::optional<std::string> checkpoint;
    std::optional<std::string> checkpoint_by;
    std::optional<platform::Time> checkpoint_at;
    std::int64_t version = 1;
    std::vector<PacketItem> items;
    std::vector<PacketRun> runs;        // oldest first
    std::vector<PacketReview> reviews;  // oldest first

    /// Null when it was never run.
    const PacketRun* LastRun(std::int64_t item) const;
};

struct Milestone {
    std::string key;
    std::vector<std::string> packets;
    bool reached = false;  // all of them are done
};

struct DoneItem {
    std::int64_t n = 0;
    std::string text;
    std::optional<std::string> met_by;
    std::optional<platform::Time> met_at;
    std::string evidence;
};

struct Programme {
    std::string id;
    std::string title;
    std::string capability;
    std::string tracker;  // what it was imported from; not in its JSON
    std::string created_by;
    platform::Time created_at{};
    platform::Time updated_at{};
    std::optional<std::string> certified_by;
    std::optional<platform::Time> certified_at;
    std::int64_t version = 1;
    std::vector<Packet> packets;  // in order
    std::vector<Milestone> milestones;
    std::vector<DoneItem> definition_of_done;
};

/// What an import made, and what the tracker it came from breaks.
struct ImportedProgramme {
    Programme programme;
    tracker::Judgement judgement;
};

/// Everything that a programme rests on, and one digest over it.
struct ProgrammeReport {
    Programme programme;
    std::vector<Packet> packets;      // with their runs
    std::vector<StatusAudit> audits;  // in the order in which they were recorded
    std::string content_hash;
};

struct NewPacket {
    policy::PacketNumber number;
    std::string title;
    std::string objective;
    std::vector<std::string> scope;
    std::vector<std::string> exit_criteria;
    std::vector<PacketItem> items;
};

struct CreateProgramme {
    policy::ProgrammeId id;
    std::string title;
    std::string capability;
    std::string tracker;
    std::vector<NewPacket> packets;
    std::vector<Milestone> milestones;
    std::vector<std::string> definition_of_done;
};

struct StartPacket {
    policy::PrincipalId implementer;
    policy::PrincipalId reviewer;
};

struct TickBox {
    std::int64_t item = 0;
    bool ticked = true;
};

struct RecordRun {
    std::int64_t item = 0;
    std::vector<std::string> argv;
    std::optional<std::int64_t> exit_code;
    platform::Time started_at{};
    std::int64_t duration_ms = 0;
    bool timed_out = false;
    bool truncated = false;
    std::int64_t output_bytes = 0;
    std::string output_sha256;
    std::string excerpt;
};

struct ReviewPacket {
    std::array<policy::GateMark, 3> gates{};
    std::array<std::string, 3> reasons;
    policy::PacketVerdict verdict = policy::PacketVerdict::kBlocked;
    std::string findings;
    std::string residual_risk;
    std::string rollback;
};

struct MeetDefinition {
    std::int64_t item = 0;
    std::string evidence;
};

/// The programme with a row for each packet; packets by themselves have their boxes, runs and reviews.
std::string EncodeProgramme(const Programme& programme);
std::string EncodePacket(const Packet& packet);
std::string EncodePacketRun(const PacketRun& run);
std::string EncodeImportedProgramme(const ImportedProgramme& imported);
std::string EncodeProgrammeReport(const ProgrammeReport& report);
/// What the report's digest is over: the programme and then each packet, as JSON, one a line.
std::string ProgrammeReportLines(const ProgrammeReport& report);
/// The command and its arguments as a person would type them, from PacketRun::argv.
std::string CommandText(const std::string& argv);

Decoded<CreateProgramme> DecodeCreateProgramme(const Document& document);
Decoded<StartPacket> DecodeStartPacket(const Document& document);
Decoded<TickBox> DecodeTickBox(const Document& document);
Decoded<RecordRun> DecodeRecordRun(const Document& document);
Decoded<ReviewPacket> DecodeReviewPacket(const Document& document);
/// The commit's hash, lower case.
Decoded<std::string> DecodeCheckpoint(const Document& document);
Decoded<MeetDefinition> DecodeMeetDefinition(const Document& document);

Schemas ProgrammeSchemas();

}  // namespace wire
