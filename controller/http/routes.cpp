#include "controller/http/routes.hpp"

#include <iterator>
#include <vector>

#include "controller/http/areas.hpp"
#include "controller/wire/alert_json.hpp"
#include "controller/wire/calendar_json.hpp"
#include "controller/wire/clock_json.hpp"
#include "controller/wire/communication_json.hpp"
#include "controller/wire/consent_json.hpp"
#include "controller/wire/drill_json.hpp"
#include "controller/wire/evidence_json.hpp"
#include "controller/wire/flag_kill_json.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/key_json.hpp"
#include "controller/wire/operation_record.hpp"
#include "controller/wire/password_json.hpp"
#include "controller/wire/principal_json.hpp"
#include "controller/wire/programme_json.hpp"
#include "controller/wire/record_json.hpp"
#include "controller/wire/release_json.hpp"
#include "controller/wire/rollout_json.hpp"
#include "controller/wire/rule_json.hpp"
#include "controller/wire/service_json.hpp"
#include "controller/wire/status_audit_json.hpp"
#include "controller/wire/tenant_json.hpp"
#include "controller/wire/token_json.hpp"
#include "controller/wire/tracker_json.hpp"
#include "controller/wire/webhook_json.hpp"

namespace http {

std::span<const Route> AllRoutes() {
    static const std::vector<Route> routes = [] {
        std::vector<Route> all;
        for (const auto area :
             {ReleaseRoutes(),   GateRoutes(),      EvidenceRoutes(),      MemoRoutes(),       MemoLintRoutes(),
              RollbackRoutes(),  IncidentRoutes(),  CalendarRoutes(),      FreezeRoutes(),     FleetRoutes(),
              FlagRoutes(),      ReportRoutes(),    KeyRoutes(),           DrillRoutes(),      TenantRoutes(),
              ConsentRoutes(),   PrincipalRoutes(), TokenRoutes(),         WebhookRoutes(),    AuditRoutes(),
              ProgrammeRoutes(), RolloutRoutes(),   CommunicationRoutes(), MonitoringRoutes(), RuleRoutes(),
              ServiceRoutes()}) {
            all.insert(all.end(), area.begin(), area.end());
        }
        return all;
    }();
    return routes;
}

wire::Schemas AllSchemas() {
    wire::Schemas all;
    for (wire::Schemas area : {wire::ReleaseSchemas(),
                               wire::EvidenceSchemas(),
                               wire::RecordSchemas(),
                               wire::CalendarSchemas(),
                               wire::FleetSchemas(),
                               wire::FlagKillSchemas(),
                               wire::OperationRecordSchemas(),
                               wire::DrillSchemas(),
                               wire::KeySchemas(),
                               wire::TenantSchemas(),
                               wire::ConsentSchemas(),
                               wire::PrincipalSchemas(),
                               wire::PasswordSchemas(),
                               wire::TokenSchemas(),
                               wire::WebhookSchemas(),
                               wire::ProgrammeSchemas(),
                               wire::TrackerSchemas(),
                               wire::StatusAuditSchemas(),
                               wire::RolloutSchemas(),
                               wire::CommunicationSchemas(),
                               wire::AlertSchemas(),
                               wire::RuleSchemas(),
                               wire::ClockSchemas(),
                               wire::ServiceSchemas(),
                               wire::CommonSchemas()}) {
        all.insert(all.end(), std::make_move_iterator(area.begin()), std::make_move_iterator(area.end()));
    }
    return all;
}

}  // namespace http
