#include "controller/store/communications.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define COMMUNICATION_COLUMNS                                                                                   \
    " c.n, c.who, c.text, c.stage, extract(epoch FROM c.due_after)::bigint, communication_due(c), c.added_by, " \
    "c.added_at, c.sent_at,"                                                                                    \
    " c.outcome, c.note, c.recorded_by, c.recorded_at "

constexpr Statement kInsertCommunication{"communication_insert", R"sql(
    INSERT INTO communications AS c (subject_kind, subject_id, who, text, stage, due_after, due_at, added_by)
    VALUES ($1, $2, $3, $4, $5, $6::interval, $7, $8) RETURNING)sql" COMMUNICATION_COLUMNS};
constexpr Statement kLoadCommunication{"communication_load", "SELECT" COMMUNICATION_COLUMNS R"sql(FROM communications c
    WHERE c.subject_kind = $1 AND c.subject_id = $2 AND c.n = $3)sql"};
constexpr Statement kListCommunications{"communication_list", "SELECT" COMMUNICATION_COLUMNS R"sql(FROM communications c
    WHERE c.subject_kind = $1 AND c.subject_id = $2 AND ($3::bigint IS NULL OR c.n > $3) ORDER BY c.n LIMIT $4)sql"};
constexpr Statement kRecordCommunication{"communication_record", R"sql(
    UPDATE communications c SET outcome = $4, note = $5, recorded_by = $6
    WHERE c.subject_kind = $1 AND c.subject_id = $2 AND c.n = $3 AND c.outcome IS NULL
    RETURNING)sql" COMMUNICATION_COLUMNS};
constexpr Statement kTakeDueCommunications{"communication_take_due",
                                           "SELECT subject_kind, subject_id, n FROM take_due_communications($1)"};

#undef COMMUNICATION_COLUMNS

wire::Communication ReadCommunication(Columns& in) {
    wire::Communication entry;
    entry.n = in.Int();
    entry.who = in.Text();
    entry.text = in.Text();
    entry.stage = in.OptInt();
    entry.due_after = in.OptSeconds();
    entry.due_at = in.OptInstant();
    entry.added_by = in.Text();
    entry.added_at = in.Instant();
    entry.sent_at = in.OptInstant();
    entry.outcome = in.OptText();
    entry.note = in.OptText().value_or("");
    entry.recorded_by = in.OptText();
    entry.recorded_at = in.OptInstant();
    return entry;
}

}  // namespace

wire::Communication InsertCommunication(Tx& tx, const PlanSubject& subject, const wire::PlanCommunication& entry,
                                        const policy::PrincipalId& by) {
    return tx.One(kInsertCommunication, ReadCommunication, subject.kind, subject.id, entry.who, entry.text, entry.stage,
                  entry.within, entry.at, by);
}

std::optional<wire::Communication> LoadCommunication(Tx& tx, const PlanSubject& subject, std::int64_t n) {
    return tx.Find(kLoadCommunication, ReadCommunication, subject.kind, subject.id, n);
}

Page<wire::Communication> ListCommunications(Tx& tx, const PlanSubject& subject, const PageQuery& page) {
    return tx.ListPage(
        kListCommunications, page, ReadCommunication,
        [](const wire::Communication& entry) { return std::to_string(entry.n); }, subject.kind, subject.id);
}

std::optional<wire::Communication> RecordCommunication(Tx& tx, const PlanSubject& subject, std::int64_t n,
                                                       const wire::RecordCommunication& record,
                                                       const policy::PrincipalId& by) {
    return tx.Find(kRecordCommunication, ReadCommunication, subject.kind, subject.id, n,
                   std::string(record.told ? "told" : "not_needed"), record.note, by);
}

std::vector<DueCommunication> TakeDueCommunications(Tx& tx, int most) {
    return tx.All(
        kTakeDueCommunications,
        [](Columns& in) {
            DueCommunication due;
            due.subject.kind = in.Enum<PlanKind>();
            due.subject.id = in.Text();
            due.n = in.Int();
            return due;
        },
        most);
}

}  // namespace store
