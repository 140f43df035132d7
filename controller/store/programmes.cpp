#include "controller/store/programmes.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

#define PROGRAMME_COLUMNS                                                                                       \
    " id, title, capability, tracker, created_by, created_at, updated_at, certified_by, certified_at, version " \
    "FROM programmes "
// Lines hold no line break, so one separates them.
#define PACKET_COLUMNS                                                                                   \
    " programme_id, number, title, objective, array_to_string(scope, E'\\n'),"                           \
    " array_to_string(exit_criteria, E'\\n'), implementer, reviewer, status, checkpoint, checkpoint_by," \
    " checkpoint_at, version FROM programme_packets "
#define RUN_COLUMNS                                                                                   \
    " id, item, array_to_json(argv)::text, exit_code, started_at, duration_ms, timed_out, truncated," \
    " output_bytes, output_sha256, excerpt, passed, recorded_by, recorded_at "

constexpr Statement kInsertProgramme{"programme_insert", R"sql(
    INSERT INTO programmes (id, title, capability, tracker, created_by) VALUES ($1, $2, $3, $4, $5))sql"};
constexpr Statement kInsertPacket{"packet_insert", R"sql(
    INSERT INTO programme_packets (programme_id, number, position, title, objective, scope, exit_criteria)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kInsertItem{"packet_item_insert", R"sql(
    INSERT INTO packet_items (programme_id, packet, n, section, heading, text, ticked_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kInsertMilestone{"milestone_insert", R"sql(
    INSERT INTO programme_milestones (programme_id, key, packets) VALUES ($1, $2, $3))sql"};
constexpr Statement kInsertDoneItem{"done_item_insert", R"sql(
    INSERT INTO programme_done_items (programme_id, n, text) VALUES ($1, $2, $3))sql"};
constexpr Statement kLoadProgramme{"programme_load", "SELECT" PROGRAMME_COLUMNS "WHERE id = $1"};
constexpr Statement kLockProgramme{"programme_lock", "SELECT" PROGRAMME_COLUMNS "WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kListProgrammes{"programme_list", "SELECT" PROGRAMME_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR id > $1) ORDER BY id LIMIT $2)sql"};
constexpr Statement kListPackets{"packet_list",
                                 "SELECT" PACKET_COLUMNS "WHERE programme_id = ANY ($1::text[]) ORDER BY position"};
constexpr Statement kLoadPacket{"packet_load", "SELECT" PACKET_COLUMNS "WHERE programme_id = $1 AND number = $2"};
// Of whole programmes when no packet is named.
constexpr Statement kListItems{"packet_item_list", R"sql(
    SELECT i.programme_id, i.packet, i.n, i.section, i.heading, i.text, i.ticked_by, i.ticked_at,
        CASE WHEN i.section <> 'tests' THEN i.ticked_by IS NOT NULL ELSE coalesce(
            (SELECT r.passed FROM packet_runs r
             WHERE r.programme_id = i.programme_id AND r.packet = i.packet AND r.item = i.n
             ORDER BY r.n DESC LIMIT 1), false) END
    FROM packet_items i WHERE i.programme_id = ANY ($1::text[]) AND ($2::text IS NULL OR i.packet = $2)
    ORDER BY i.packet, i.n)sql"};
constexpr Statement kListRuns{"packet_run_list", "SELECT" RUN_COLUMNS R"sql(
    FROM packet_runs WHERE programme_id = $1 AND packet = $2 ORDER BY n)sql"};
constexpr Statement kListReviews{"packet_review_list", R"sql(
    SELECT programme_id, packet, id, reviewer, p0, p1, p2, p0_reason, p1_reason, p2_reason, verdict, findings,
        residual_risk, rollback, reviewed_at
    FROM packet_reviews WHERE programme_id = ANY ($1::text[]) AND ($2::text IS NULL OR packet = $2) ORDER BY n)sql"};
constexpr Statement kListMilestones{"milestone_list", R"sql(
    SELECT m.programme_id, m.key, array_to_string(m.packets, E'\n'), NOT EXISTS (
        SELECT FROM programme_packets p
        WHERE p.programme_id = m.programme_id AND p.number = ANY (m.packets) AND p.status <> 'DONE')
    FROM programme_milestones m WHERE m.programme_id = ANY ($1::text[]) ORDER BY m.key)sql"};
constexpr Statement kListDoneItems{"done_item_list", R"sql(
    SELECT programme_id, n, text, met_by, met_at, evidence FROM programme_done_items
    WHERE programme_id = ANY ($1::text[]) ORDER BY n)sql"};
constexpr Statement kStartPacket{"packet_start", R"sql(
    UPDATE programme_packets SET status = 'IN_PROGRESS', implementer = $3, reviewer = $4
    WHERE programme_id = $1 AND number = $2)sql"};
constexpr Statement kTickBox{"packet_item_tick", R"sql(
    UPDATE packet_items SET ticked_by = $4 WHERE programme_id = $1 AND packet = $2 AND n = $3)sql"};
constexpr Statement kInsertRun{"packet_run_insert", R"sql(
    INSERT INTO packet_runs (id, programme_id, packet, item, argv, exit_code, started_at, duration_ms, timed_out,
        truncated, output_bytes, output_sha256, excerpt, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING)sql" RUN_COLUMNS};
constexpr Statement kInsertReview{"packet_review_insert", R"sql(
    INSERT INTO packet_reviews (id, programme_id, packet, reviewer, p0, p1, p2, p0_reason, p1_reason, p2_reason,
        verdict, findings, residual_risk, rollback)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))sql"};
constexpr Statement kSetCheckpoint{"packet_checkpoint", R"sql(
    UPDATE programme_packets SET checkpoint = $3, checkpoint_by = $4 WHERE programme_id = $1 AND number = $2)sql"};
constexpr Statement kMeetDefinition{"done_item_meet", R"sql(
    UPDATE programme_done_items SET met_by = $4, evidence = $3 WHERE programme_id = $1 AND n = $2)sql"};
constexpr Statement kCertify{"programme_certify", "UPDATE programmes SET certified_by = $2 WHERE id = $1"};

#undef PROGRAMME_COLUMNS
#undef PACKET_COLUMNS
#undef RUN_COLUMNS

std::vector<std::string> ReadLines(Columns& in) {
    std::vector<std::string> lines;
    const std::string joined = in.Text();
    if (!joined.empty()) {
        for (const std::string_view line : platform::Split(joined, '\n')) {
            lines.emplace_back(line);
        }
    }
    return lines;
}

wire::Programme ReadProgramme(Columns& in) {
    wire::Programme programme;
    programme.id = in.Text();
    programme.title = in.Text();
    programme.capability = in.Text();
    programme.tracker = in.Text();
    programme.created_by = in.Text();
    programme.created_at = in.Instant();
    programme.updated_at = in.Instant();
    programme.certified_by = in.OptText();
    programme.certified_at = in.OptInstant();
    programme.version = in.Int();
    return programme;
}

wire::Packet ReadPacket(Columns& in) {
    wire::Packet packet;
    packet.programme = in.Text();
    packet.number = in.Text();
    packet.title = in.Text();
    packet.objective = in.Text();
    packet.scope = ReadLines(in);
    packet.exit_criteria = ReadLines(in);
    packet.implementer = in.OptText();
    packet.reviewer = in.OptText();
    packet.status = in.Enum<policy::PacketStatus>();
    packet.checkpoint = in.OptText();
    packet.checkpoint_by = in.OptText();
    packet.checkpoint_at = in.OptInstant();
    packet.version = in.Int();
    return packet;
}

wire::PacketRun ReadRun(Columns& in) {
    wire::PacketRun run;
    run.id = in.Text();
    run.item = in.Int();
    run.argv = in.Text();
    run.exit_code = in.OptInt();
    run.started_at = in.Instant();
    run.duration_ms = in.Int();
    run.timed_out = in.Flag();
    run.truncated = in.Flag();
    run.output_bytes = in.Int();
    run.output_sha256 = in.Text();
    run.excerpt = in.Text();
    run.passed = in.Flag();
    run.recorded_by = in.Text();
    run.recorded_at = in.Instant();
    return run;
}

std::pair<std::string, wire::PacketItem> ReadItem(Columns& in) {
    std::pair<std::string, wire::PacketItem> row;
    row.first = in.Text();
    wire::PacketItem& item = row.second;
    item.n = in.Int();
    item.section = in.Enum<policy::PacketSection>();
    item.heading = in.Text();
    item.text = in.Text();
    item.ticked_by = in.OptText();
    item.ticked_at = in.OptInstant();
    item.ticked = in.Flag();
    return row;
}

std::pair<std::string, wire::PacketReview> ReadReview(Columns& in) {
    std::pair<std::string, wire::PacketReview> row;
    row.first = in.Text();
    wire::PacketReview& review = row.second;
    review.id = in.Text();
    review.reviewer = in.Text();
    for (policy::GateMark& gate : review.gates) {
        gate = in.Enum<policy::GateMark>();
    }
    for (std::string& reason : review.reasons) {
        reason = in.Text();
    }
    review.verdict = in.Enum<policy::PacketVerdict>();
    review.findings = in.Text();
    review.residual_risk = in.Text();
    review.rollback = in.Text();
    review.reviewed_at = in.Instant();
    return row;
}

wire::Milestone ReadMilestone(Columns& in) {
    wire::Milestone milestone;
    milestone.key = in.Text();
    milestone.packets = ReadLines(in);
    milestone.reached = in.Flag();
    return milestone;
}

wire::DoneItem ReadDoneItem(Columns& in) {
    wire::DoneItem item;
    item.n = in.Int();
    item.text = in.Text();
    item.met_by = in.OptText();
    item.met_at = in.OptInstant();
    item.evidence = in.Text();
    return item;
}

/// A row of `read`, behind the programme that it is of.
template <typename Read>
auto OfProgramme(Read read) {
    return [read](Columns& in) {
        std::string programme = in.Text();
        return std::pair(std::move(programme), read(in));
    };
}

/// Boxes and reviews to the packets they belong to: those of these programmes, or the one that is named.
void FillPackets(Tx& tx, const std::vector<std::string>& programmes, const std::optional<std::string>& only,
                 const std::vector<wire::Packet*>& packets) {
    std::map<std::pair<std::string, std::string>, wire::Packet*> by_number;
    for (wire::Packet* packet : packets) {
        by_number[{packet->programme, packet->number}] = packet;
    }
    for (auto& [programme, row] : tx.All(kListItems, OfProgramme(ReadItem), programmes, only)) {
        by_number.at({programme, row.first})->items.push_back(std::move(row.second));
    }
    for (auto& [programme, row] : tx.All(kListReviews, OfProgramme(ReadReview), programmes, only)) {
        by_number.at({programme, row.first})->reviews.push_back(std::move(row.second));
    }
}

/// What belongs to them, in as many trips for many as for one.
void FillProgrammes(Tx& tx, std::vector<wire::Programme>& programmes) {
    if (programmes.empty()) {
        return;
    }
    std::vector<std::string> ids;
    std::map<std::string, wire::Programme*> by_id;
    for (wire::Programme& programme : programmes) {
        ids.push_back(programme.id);
        by_id[programme.id] = &programme;
    }
    for (wire::Packet& packet : tx.All(kListPackets, ReadPacket, ids)) {
        by_id.at(packet.programme)->packets.push_back(std::move(packet));
    }
    std::vector<wire::Packet*> packets;
    for (wire::Programme& programme : programmes) {
        for (wire::Packet& packet : programme.packets) {
            packets.push_back(&packet);
        }
    }
    FillPackets(tx, ids, std::nullopt, packets);
    for (auto& [programme, milestone] : tx.All(kListMilestones, OfProgramme(ReadMilestone), ids)) {
        by_id.at(programme)->milestones.push_back(std::move(milestone));
    }
    for (auto& [programme, item] : tx.All(kListDoneItems, OfProgramme(ReadDoneItem), ids)) {
        by_id.at(programme)->definition_of_done.push_back(std::move(item));
    }
}

}  // namespace

void InsertProgramme(Tx& tx, const wire::CreateProgramme& programme, const policy::PrincipalId& by) {
    tx.Exec(kInsertProgramme, programme.id, programme.title, programme.capability, programme.tracker, by);
    std::int64_t position = 0;
    for (const wire::NewPacket& packet : programme.packets) {
        tx.Exec(kInsertPacket, programme.id, packet.number, ++position, packet.title, packet.objective, packet.scope,
                packet.exit_criteria);
        for (const wire::PacketItem& item : packet.items) {
            tx.Exec(kInsertItem, programme.id, packet.number, item.n, item.section, item.heading, item.text,
                    item.ticked_by);
        }
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        tx.Exec(kInsertMilestone, programme.id, milestone.key, milestone.packets);
    }
    std::int64_t n = 0;
    for (const std::string& text : programme.definition_of_done) {
        tx.Exec(kInsertDoneItem, programme.id, ++n, text);
    }
}

std::optional<wire::Programme> LoadProgramme(Tx& tx, const policy::ProgrammeId& id, Lock lock) {
    auto found = tx.All(lock == Lock::kForUpdate ? kLockProgramme : kLoadProgramme, ReadProgramme, id);
    FillProgrammes(tx, found);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Page<wire::Programme> ListProgrammes(Tx& tx, const PageQuery& page) {
    auto result = tx.ListPage(kListProgrammes, page, ReadProgramme, [](const wire::Programme& row) { return row.id; });
    FillProgrammes(tx, result.rows);
    return result;
}

std::optional<wire::Packet> LoadPacket(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                                       Lock lock) {
    if (lock == Lock::kForUpdate) {
        tx.Find(kLockProgramme, ReadProgramme, programme);
    }
    auto packets = tx.All(kLoadPacket, ReadPacket, programme, number);
    if (packets.empty()) {
        return std::nullopt;
    }
    FillPackets(tx, {programme.Text()}, packets.front().number, {&packets.front()});
    packets.front().runs = tx.All(kListRuns, ReadRun, programme, number);
    return std::move(packets.front());
}

void StartPacket(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                 const policy::PrincipalId& implementer, const policy::PrincipalId& reviewer) {
    tx.Exec(kStartPacket, programme, number, implementer, reviewer);
}

void TickBox(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number, std::int64_t item,
             const std::optional<policy::PrincipalId>& by) {
    tx.Exec(kTickBox, programme, number, item, by);
}

wire::PacketRun InsertPacketRun(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                                const policy::PacketNumber& number, const wire::RecordRun& run,
                                const policy::PrincipalId& by) {
    return tx.One(kInsertRun, ReadRun, id, programme, number, run.item, run.argv, run.exit_code, run.started_at,
                  run.duration_ms, run.timed_out, run.truncated, run.output_bytes, run.output_sha256, run.excerpt, by);
}

void InsertPacketReview(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                        const policy::PacketNumber& number, const wire::ReviewPacket& review,
                        const policy::PrincipalId& by) {
    tx.Exec(kInsertReview, id, programme, number, by, review.gates[0], review.gates[1], review.gates[2],
            review.reasons[0], review.reasons[1], review.reasons[2], review.verdict, review.findings,
            review.residual_risk, review.rollback);
}

void SetCheckpoint(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                   const std::string& commit, const policy::PrincipalId& by) {
    tx.Exec(kSetCheckpoint, programme, number, commit, by);
}

void MeetDefinition(Tx& tx, const policy::ProgrammeId& programme, std::int64_t item, const std::string& evidence,
                    const policy::PrincipalId& by) {
    tx.Exec(kMeetDefinition, programme, item, evidence, by);
}

void CertifyProgramme(Tx& tx, const policy::ProgrammeId& programme, const policy::PrincipalId& by) {
    tx.Exec(kCertify, programme, by);
}

}  // namespace store
