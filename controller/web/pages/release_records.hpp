// What is on record about a release beside its approvals: evidence, risk acceptances, hard stops, incidents and the
// decisions they ask for. Internal to pages/. Errors and threads as visit.hpp says.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "controller/web/visit.hpp"
#include "controller/wire/evidence_json.hpp"
#include "controller/wire/record_json.hpp"
#include "controller/wire/release_json.hpp"

namespace web {

struct ReleaseRecords {
    std::vector<wire::Check> checks;
    bool more_checks = false;
    std::vector<wire::RiskAcceptance> risks;
    wire::HardStopBoard stops;
    std::vector<wire::Incident> incidents;
    std::vector<wire::Evaluation> evaluations;
};

ReleaseRecords LoadReleaseRecords(store::Tx& tx, const policy::ReleaseId& id);
void PutReleaseRecords(Visit& visit, Slots page, const wire::Release& release, const ReleaseRecords& records);
/// A line of the timeline.
void PutTimelineEntry(Slots row, const wire::AuditRecord& record);

/// The fields that are not empty, as the API's JSON has them.
wire::Document TypedDocument(const Form& typed, std::initializer_list<std::string_view> fields);

Reply RecordTypedCheck(Visit& visit);
Reply ResolveTypedCheck(Visit& visit);
Reply AcceptTypedRisk(Visit& visit);
Reply RevokeTypedRisk(Visit& visit);
Reply RaiseTypedHardStop(Visit& visit);
Reply ResolveTypedHardStop(Visit& visit);
Reply DecideTypedEvaluation(Visit& visit);

}  // namespace web
