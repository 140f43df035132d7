#include <utility>

#include "controller/app/audit_trail.hpp"
#include "controller/app/build_memo.hpp"
#include "controller/app/memo_view.hpp"
#include "controller/app/memos.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/memos.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/memo_json.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

std::string MemoText(std::int64_t number, policy::Decision decision, policy::Channel target) {
    return "memo " + std::to_string(number) + ", " + std::string(platform::EnumText(decision)) + " for " +
           std::string(platform::EnumText(target));
}

}  // namespace

Outcome<wire::MemoSummary> DecideMemo(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::DecideMemo& command, const Measurements& measurements) {
    const AuditSubject subject{"memo.decide", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    if (row->status != policy::ReleaseStatus::kActive) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The release is " + std::string(platform::EnumText(row->status)) +
                                              "; there is nothing left to decide.")));
    }
    policy::MemoAct act;
    act.actor = call.actor;
    auto facts = store::LoadPromotionFacts(tx, release, command.target, store::Lock::kForUpdate);
    PORTCULLIS_INVARIANT(facts.has_value(), "a locked release has facts");
    act.facts = std::move(*facts);
    FillMeasurements(act.facts, measurements);
    act.decision = command.decision;
    act.rationale = command.rationale;
    act.remediation = command.remediation;
    act.risks = command.risks;
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        Refusal refusal = FromFindings(std::move(findings),
                                       "The facts do not bear a " + std::string(platform::EnumText(command.decision)) +
                                           " for " + std::string(platform::EnumText(command.target)) + ".");
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    policy::MemoDocument memo = BuildMemo(tx, act.facts);
    memo.number = store::NextMemoNumber(tx, release);
    memo.decision = command.decision;
    memo.decided_by = policy::MemoPerson{call.actor.id, call.display_name};
    memo.rationale = command.rationale;
    memo.remediation = command.remediation;
    memo.risks = command.risks;
    memo.notes = command.notes;
    store::NewMemo stored;
    stored.release = release;
    stored.number = memo.number;
    stored.target = command.target;
    stored.decision = command.decision;
    stored.manifest_content_hash = act.facts.release.content_hash;
    stored.content = wire::EncodeMemo(memo);
    stored.content_hash = wire::ContentHash(memo);
    stored.decided_by = call.actor.id;
    const store::Memo decided = store::InsertMemo(tx, stored);
    wire::AuditDetails details;
    details.Number("memo", decided.number)
        .Text("decision", platform::EnumText(decided.decision))
        .Text("target", platform::EnumText(decided.target))
        .Text("content_hash", decided.content_hash)
        .Findings("doubts", findings);
    wire::MemoSummary view = ViewMemo(decided);
    store::AppendOutbox(tx, "memo.decided", release.Text(), details.Encode());
    RecordDone(tx, call, subject, "decided " + MemoText(decided.number, decided.decision, decided.target), details);
    return view;
}

Outcome<wire::MemoSummary> SignMemo(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                    std::int64_t number, const wire::SignMemo& command) {
    const AuditSubject subject{"memo.sign", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto memo = store::LoadMemo(tx, release, number);
    if (!memo) {
        return Refused(NotFound("memo of " + release.Text(), std::to_string(number)));
    }
    for (const store::MemoSignature& signature : memo->signatures) {
        if (signature.role == command.role) {
            return Refused(
                RecordRefusal(tx, call, subject,
                              Conflict("The memo is signed as " + std::string(platform::EnumText(command.role)) +
                                       " by " + signature.principal.Text() + " already.")));
        }
    }
    policy::SignatureAct act;
    act.actor = call.actor;
    act.role = command.role;
    act.hash_matches = command.content_hash == memo->content_hash;
    act.is_newest = memo->newest;
    for (const store::MemoSignature& signature : memo->signatures) {
        act.existing.push_back({signature.role, signature.principal, policy::PrincipalKind::kUser, signature.entitled,
                                signature.content_hash == memo->content_hash, signature.signed_at});
    }
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The memo cannot be signed like that.")));
    }
    const store::Memo after =
        store::InsertMemoSignature(tx, release, number, command.role, call.actor.id, command.content_hash);
    wire::AuditDetails details;
    details.Number("memo", number)
        .Text("role", platform::EnumText(command.role))
        .Text("content_hash", command.content_hash);
    wire::MemoSummary view = ViewMemo(after);
    RecordDone(tx, call, subject,
               "signed " + MemoText(number, memo->decision, memo->target) + " as " +
                   std::string(platform::EnumText(command.role)),
               details);
    return view;
}

Outcome<wire::MemoSummary> ShowMemo(store::Tx& tx, const policy::ReleaseId& release, std::int64_t number) {
    const auto memo = store::LoadMemo(tx, release, number);
    if (!memo) {
        return Refused(NotFound("memo of " + release.Text(), std::to_string(number)));
    }
    return ViewMemo(*memo);
}

Outcome<policy::MemoDocument> LoadMemoDocument(store::Tx& tx, const policy::ReleaseId& release, std::int64_t number) {
    const auto memo = store::LoadMemo(tx, release, number);
    if (!memo) {
        return Refused(NotFound("memo of " + release.Text(), std::to_string(number)));
    }
    return MemoDocumentOf(*memo);
}

Outcome<Page<wire::MemoSummary>> ListMemos(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    const Page<store::Memo> rows = store::ListMemos(tx, release, page);
    Page<wire::MemoSummary> view;
    view.next = rows.next;
    for (const store::Memo& row : rows.rows) {
        view.rows.push_back(ViewMemo(row));
    }
    return view;
}

}  // namespace app
