// Communication plans: their entries for incidents and rollouts, and what of all plans is due, rollbacks' too.
//
// PostgreSQL numbers the entries, says when they are due and lets each be sent once. Rows are read into the documents
// that they make. Value types; errors as store::Database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/communication_json.hpp"
#include "platform/base/enum_text.hpp"

namespace store {

enum class PlanKind : std::uint8_t { kRollback, kIncident, kRollout };

/// Whose plan it is.
struct PlanSubject {
    PlanKind kind = PlanKind::kIncident;
    std::string id;
};

/// Of an incident or a rollout that exists.
wire::Communication InsertCommunication(Tx& tx, const PlanSubject& subject, const wire::PlanCommunication& entry,
                                        const policy::PrincipalId& by);
std::optional<wire::Communication> LoadCommunication(Tx& tx, const PlanSubject& subject, std::int64_t n);
/// In the order in which they were planned.
Page<wire::Communication> ListCommunications(Tx& tx, const PlanSubject& subject, const PageQuery& page);
/// Once. None when something is on record already, or when there is no such entry.
std::optional<wire::Communication> RecordCommunication(Tx& tx, const PlanSubject& subject, std::int64_t n,
                                                       const wire::RecordCommunication& record,
                                                       const policy::PrincipalId& by);

struct DueCommunication {
    PlanSubject subject;
    std::int64_t n = 0;
};
/// Entries of all plans whose time has come, each once, whichever controller asks.
std::vector<DueCommunication> TakeDueCommunications(Tx& tx, int most);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::PlanKind> {
    static constexpr std::array<EnumName<store::PlanKind>, 3> kNames{{{store::PlanKind::kRollback, "rollback"},
                                                                      {store::PlanKind::kIncident, "incident"},
                                                                      {store::PlanKind::kRollout, "rollout"}}};
};

}  // namespace platform
