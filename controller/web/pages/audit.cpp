// The audit log: what happened, by whom, to what; how far its chain is under a signature; the check, the key, the
// export.
#include "controller/app/audit_export.hpp"
#include "controller/app/audit_state.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr std::int64_t kEntriesOfPage = 50;
constexpr std::size_t kShownCheckpoints = 20;
constexpr std::size_t kMostProblems = 50;

/// What the log is asked for, as it was typed, too: it is shown again.
struct AuditQuestion {
    store::AuditFilter filter;
    std::optional<wire::AuditOutcome> outcome;
    std::vector<std::string> notes;  // what could not be understood
};

std::optional<policy::Time> InstantAsked(const Visit& visit, std::string_view field, AuditQuestion& question) {
    const std::string typed = visit.Query(field);
    if (typed.empty()) {
        return std::nullopt;
    }
    const auto time = platform::ParseTime(InstantOfField(typed));
    if (!time) {
        question.notes.push_back("'" + typed + "' is no time, so '" + std::string(field) +
                                 "' was left out. Write it as 2025-01-29T09:00, in UTC.");
    }
    return time;
}

AuditQuestion QuestionOf(const Visit& visit) {
    AuditQuestion question;
    question.filter.actor = visit.Query("actor");
    question.filter.action = visit.Query("action");
    question.filter.release = visit.Query("release");
    question.filter.tenant = visit.Query("tenant");
    question.filter.request_id = visit.Query("request");
    question.filter.since = InstantAsked(visit, "since", question);
    question.filter.until = InstantAsked(visit, "until", question);
    question.outcome = visit.QueryChoice<wire::AuditOutcome>("outcome");
    return question;
}

void PutQuestion(const Visit& visit, Slots page, const AuditQuestion& question) {
    page.Set("ACTOR", question.filter.actor);
    page.Set("ACTION", question.filter.action);
    page.Set("RELEASE", question.filter.release);
    page.Set("TENANT", question.filter.tenant);
    page.Set("REQUEST", question.filter.request_id);
    page.Set("SINCE", visit.Query("since"));
    page.Set("UNTIL", visit.Query("until"));
    for (const auto& name : platform::EnumNames<wire::AuditOutcome>::kNames) {
        Slots slot = page.Add("OUTCOME");
        slot.Set("VALUE", name.text);
        slot.ShowIf(question.outcome == name.value, "CHOSEN");
    }
    for (const std::string& note : question.notes) {
        page.Add("NOTE").Set("TEXT", note);
    }
    const auto follow = [&](std::string_view what, const std::string& id, std::string_view path) {
        if (!id.empty()) {
            Slots slot = page.Add("FOLLOWED");
            slot.Set("WHAT", what);
            slot.Set("ID", id);
            slot.AddText("WITH_PATH", "PATH", path.empty() ? "" : std::string(kHome).append(path).append(id));
            slot.Set("WITHOUT", visit.HereWith(what, ""));
        }
    };
    follow("release", question.filter.release, "/releases/");
    follow("tenant", question.filter.tenant, "/tenants/");
    follow("actor", question.filter.actor, {});
    follow("request", question.filter.request_id, {});
}

/// A link that follows this object through the log, and nothing else.
std::string FollowPath(std::string_view what, std::string_view id) {
    return std::string(kHome).append("/audit?").append(what).append("=").append(PercentEncode(id));
}

void PutSubject(Slots row, std::string_view what, const std::string& id) {
    if (!id.empty()) {
        Slots slot = row.Add("SUBJECT");
        slot.Set("WHAT", what);
        slot.Set("ID", id);
        slot.Set("FOLLOW", FollowPath(what, id));
    }
}

void PutEntry(Slots row, const wire::AuditRecord& record) {
    row.Set("SEQ", record.seq);
    row.Set("HASH", record.hash);
    row.Set("PREVIOUS", record.prev_hash);
    const auto entry = wire::DecodeAuditDocument(record.document);
    if (!entry) {
        row.Set("SUMMARY", "This entry cannot be read. Check the chain: it may have been changed.");
        row.Set("DETAILS", record.document);
        return;
    }
    PutTime(row, "AT", entry->at);
    row.Set("ACTOR", entry->actor);
    row.Set("ACTOR_FOLLOW", FollowPath("actor", entry->actor));
    row.ShowIf(entry->actor_kind == policy::PrincipalKind::kComponent, "COMPONENT");
    row.Set("ACTION", entry->action);
    row.Set("ACTION_FOLLOW", FollowPath("action", entry->action));
    if (entry->outcome == wire::AuditOutcome::kRefused) {
        row.Show("REFUSED");
        PutBadge(row, "OUTCOME", "refused", Tone::kBad);
    }
    PutSubject(row, "release", entry->release);
    PutSubject(row, "tenant", entry->tenant);
    row.Set("SUMMARY", entry->summary);
    row.ShowIf(entry->simulated_clock, "ON_SIMULATED_CLOCK");
    if (entry->details != "{}") {
        row.Add("WITH_DETAILS").Set("DETAILS", ReadableJson(entry->details));
    }
    if (!entry->request_id.empty()) {
        Slots slot = row.Add("WITH_REQUEST");
        slot.Set("REQUEST", entry->request_id);
        slot.Set("REQUEST_FOLLOW", FollowPath("request", entry->request_id));
    }
}

void PutChain(Slots page, const app::AuditState& state, const platform::SigningKey& key) {
    page.Set("HEAD", state.head.seq);
    page.Set("HEAD_HASH", state.head.hash);
    page.Set("KEY", key.KeyId());
    if (!state.signed_up_to) {
        page.Show("UNSIGNED");
        return;
    }
    Slots slot = page.Add("SIGNED");
    slot.Set("UP_TO", state.signed_up_to->seq);
    slot.Set("SIGNED_KEY", state.signed_up_to->key_id);
    PutTime(slot, "SIGNED_AT", state.signed_up_to->at);
    const std::int64_t since = state.head.seq - state.signed_up_to->seq;
    slot.Set("SINCE_THEN", since == 0 ? "Nothing was added since."
                                      : platform::Plural(since, "entry", "entries") +
                                            " since then: chained, and under the next checkpoint's signature.");
}

Reply ShowAudit(Visit& visit) {
    const AuditQuestion question = QuestionOf(visit);
    app::PageQuery query = visit.PageOf(kEntriesOfPage);
    if (query.after.find_first_not_of("0123456789") != std::string::npos || query.after.size() > 15) {
        query.after.clear();
    }
    app::AuditState state;
    const auto entries = visit.Read([&](store::Tx& tx) {
        state = app::ShowAuditState(tx);
        return app::ListAudit(tx, question.filter, question.outcome, query);
    });
    Slots page = visit.Page("audit", {.title = "Audit", .place = "audit", .style = "read.css"});
    PutChain(page, state, visit.Services().signing_key);
    PutQuestion(visit, page, question);
    for (const wire::AuditRecord& record : entries.rows) {
        PutEntry(page.Add("ENTRY"), record);
    }
    page.ShowIf(!entries.rows.empty(), "ENTRIES");
    if (entries.rows.empty()) {
        page.Show(entries.next ? "NONE_HERE" : "NONE");
    }
    PutPaging(page, "PAGING", entries.next ? std::optional(visit.HereWith("after", *entries.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

Reply ShowAuditChain(Visit& visit) {
    const platform::SigningKey& key = visit.Services().signing_key;
    std::vector<store::AuditCheckpoint> checkpoints;
    policy::Time now{};
    const wire::AuditVerification checked = visit.Read([&](store::Tx& tx) {
        checkpoints = app::ListCheckpoints(tx);
        now = store::Now(tx);
        return app::VerifyAudit(tx, key);
    });
    Slots page = visit.Page(
        "audit_chain",
        {.title = "The chain, checked", .place = "audit", .crumbs = {{"Audit", "/audit"}}, .style = "read.css"});
    PutTime(page, "CHECKED_AT", now);
    page.Set("ENTRIES", checked.entries);
    page.Set("FIRST", checked.first);
    page.Set("LAST", checked.last);
    page.Set("HEAD", checked.head);
    page.Set("KEY", key.KeyId());
    page.Show(checked.problems.empty() ? "HOLDS" : "BROKEN");
    for (std::size_t i = 0; i < checked.problems.size() && i < kMostProblems; ++i) {
        page.Add("PROBLEM").Set("TEXT", checked.problems[i]);
    }
    page.Set("CHECKPOINTS", platform::Plural(static_cast<long long>(checkpoints.size()), "checkpoint"));
    page.ShowIf(!checkpoints.empty(), "WITH_CHECKPOINTS");
    for (std::size_t i = 0; i < checkpoints.size() && i < kShownCheckpoints; ++i) {
        Slots row = page.Add("CHECKPOINT");
        row.Set("SEQ", checkpoints[i].seq);
        row.Set("HASH", checkpoints[i].hash);
        row.Set("SIGNED_KEY", checkpoints[i].key_id);
        PutTime(row, "AT", checkpoints[i].at);
    }
    return visit.Show();
}

Reply DownloadAudit(Visit& visit) {
    Form asked({{"from", visit.Query("from")}, {"to", visit.Query("to")}});
    app::AuditExportRange range;
    for (const auto& [field, bound] : {std::pair{"from", &range.from}, std::pair{"to", &range.to}}) {
        if (!asked.Text(field).empty()) {
            *bound = asked.Number(field);
            if (!*bound || **bound < 1) {
                Visit::Refuse(app::Invalid(
                    "/" + std::string(field),
                    "must be the number of an entry, from 1 on, not '" + std::string(asked.Text(field)) + "'"));
            }
        }
    }
    if (const std::string release = visit.Query("release"); !release.empty()) {
        range.release = policy::ReleaseId::Parse(release);
        if (!range.release) {
            Visit::RefuseUnknown("release", release);
        }
    }
    return Visit::Download(
        visit.Read([&](store::Tx& tx) { return app::ExportAudit(tx, range, visit.Services().signing_key); }),
        "application/jsonl", "audit.jsonl");
}

Reply DownloadAuditKeys(Visit& visit) {
    return Visit::Download(
        visit.Read([&](store::Tx& tx) { return app::ListPublicKeys(tx, visit.Services().signing_key); }),
        "application/x-pem-file", "portcullis.pub");
}

constexpr Route kAuditRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/audit", .permission = Permission::kReadAudit, .handler = ShowAudit},
    {.verb = Verb::kGet, .pattern = "/audit/chain", .permission = Permission::kReadAudit, .handler = ShowAuditChain},
    {.verb = Verb::kGet, .pattern = "/audit/export", .permission = Permission::kReadAudit, .handler = DownloadAudit},
    {.verb = Verb::kGet, .pattern = "/audit/key", .handler = DownloadAuditKeys}};

}  // namespace

std::span<const Route> AuditRoutes() {
    return kAuditRoutes;
}

}  // namespace web
