#include "tests/unit/wire/samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "platform/base/files.hpp"

namespace wire {

policy::Time At(std::string_view text) {
    return platform::ParseTime(text).value();
}

policy::Manifest FullManifest() {
    policy::Manifest manifest;
    manifest.id = "2025-02-01-ledger";
    manifest.title = "A ledger \xE2\x80\x93 for \"bookings\"";
    manifest.description = "First line.\n\tSecond line, indented.";
    manifest.classification = policy::ReleaseClass::kMechanism;
    manifest.version = "1.10";
    manifest.files_changed = {"src/b.cpp", "src/a.cpp",
                              "docs/\xC3\xBC"
                              "ber uns.md"};
    manifest.artifacts = {{"web", "sha256:" + std::string(64, 'b')}, {"api", "sha256:" + std::string(64, 'a')}};
    manifest.data_changes = {.present = true,
                             .description = "A new table",
                             .has_migration = true,
                             .idempotent = true,
                             .reversible = true,
                             .restore_path = "Runbook, step 4"};
    manifest.kill_switch = policy::KillSwitch{.flag = "LEDGER_ENABLED",
                                              .default_on = false,
                                              .enabled_for = {"acme-dev"},
                                              .activation = "Flag, read with each request",
                                              .needs_deployment = false};
    manifest.rollback = policy::RollbackPlan{
        .triggers = {{.text = "Numbers differ"},
                     {.text = "Slow",
                      .limit = policy::Limit{"latency", policy::Comparison::kGreaterOrEqual, 0.5, "s"}}},
        .procedure = {"Switch it off", "Look"},
        .verification = {"Nothing differs"},
        .data_recovery = "Restore last night's backup",
        .communication = {{.who = "Dev lead", .when = "immediately", .within = policy::Duration::zero()},
                          {.who = "Owner", .when = "within 1 hour", .within = std::chrono::hours(1)},
                          {.who = "All", .when = "within 2 business days"}},
        .owner = "bob.smith"};
    manifest.observability = {"Each row carries actor and tenant"};
    manifest.requirements = {{policy::Channel::kStable, policy::RolloutId::Trusted("tenancy"), 2, std::nullopt},
                             {policy::Channel::kCandidate, std::nullopt, 0, policy::ProgrammeId::Trusted("parcels")}};
    manifest.links = {{"Design", "https://docs.example.org/a?b=c#d"}};
    return manifest;
}

policy::ExposurePlan FullPlan() {
    policy::ExposurePlan plan;
    plan.tenants = {policy::TenantId::Trusted("acme-dev"), policy::TenantId::Trusted("Beta.Staging")};
    plan.opt_in_method = "In writing";
    plan.start_date = platform::ParseDate("2025-02-03");
    plan.minimum_stay = std::chrono::days(10);
    plan.maximum_stay = std::chrono::hours(24 * 30 + 1);
    plan.exit_criteria = {
        {.key = "c1", .text = "No errors"},
        {.key = "latency",
         .text = "Fast enough",
         .limit = policy::Limit{"latency", policy::Comparison::kLess, 0.5, "s"}},
        {.key = "rate",
         .text = "Few failures",
         .metric = policy::MetricCheck{.query = "sum(rate(failed_total[7d]))",
                                       .limit = {"failures", policy::Comparison::kLessOrEqual, 1e-3, "ratio"},
                                       .samples_query = "sum(increase(all_total[7d]))",
                                       .min_samples = 500}}};
    plan.owner = "ravi.patel";
    return plan;
}

policy::PromotionFacts FullFacts() {
    using policy::PrincipalId;
    using policy::RecordId;
    policy::PromotionFacts facts;
    facts.now = At("2025-02-20T12:00:00Z");
    facts.to = policy::Channel::kCandidate;
    facts.release = {.id = policy::ReleaseId::Trusted("2025-02-01-ledger"),
                     .author = PrincipalId::Trusted("dana"),
                     .channel = policy::Channel::kExperimental,
                     .status = policy::ReleaseStatus::kActive,
                     .channel_entered_at = At("2025-02-03T09:00:00Z"),
                     .content_since = At("2025-02-01T09:00:00Z"),
                     .promotion_begun = true,
                     .content_hash = std::string(64, '1'),
                     .change_hash = std::string(64, '2'),
                     .revision = 3};
    facts.manifest = FullManifest();
    facts.floor =
        policy::ClassFloor{policy::ReleaseClass::kMechanism, "migrations/1.sql", "**/migrations/**", "schema"};
    policy::PlanFacts plan;
    plan.revision = 2;
    plan.content_hash = std::string(64, '3');
    plan.opt_in_method = "In writing";
    plan.start_date = platform::ParseDate("2025-02-03");
    plan.minimum_stay = std::chrono::days(10);
    plan.maximum_stay = std::chrono::days(30);
    plan.owner = "ravi.patel";
    plan.tenants = {{.id = policy::TenantId::Trusted("acme-dev"),
                     .registered = true,
                     .kind = policy::TenantKind::kStaging,
                     .preference = policy::ChannelPreference::kAny,
                     .on_plan = true,
                     .consent = policy::ConsentFacts{.id = RecordId::Trusted("cns_1"),
                                                     .recorded_by_kind = policy::PrincipalKind::kUser,
                                                     .given_by = "Alma",
                                                     .capacity = "administrator",
                                                     .evidence = "OPS-1",
                                                     .given_at = At("2025-02-01T10:00:00Z"),
                                                     .expires_at = At("2025-06-01T10:00:00Z"),
                                                     .withdrawn_at = At("2025-05-01T10:00:00Z")}}};
    plan.criteria = {{.criterion = FullPlan().exit_criteria[1]},
                     {.criterion = FullPlan().exit_criteria[2],
                      .measurement = policy::Measurement{.state = policy::MeasurementState::kMet,
                                                         .value = 0.5,
                                                         .samples = 700,
                                                         .detail = "1 series",
                                                         .at = At("2025-02-20T11:59:00Z")}}};
    facts.plan = plan;
    facts.approvals = {{.id = RecordId::Trusted("apr_1"),
                        .scope = policy::ApprovalScope::kPlan,
                        .role = policy::Role::kDevLead,
                        .principal = PrincipalId::Trusted("jane"),
                        .principal_kind = policy::PrincipalKind::kUser,
                        .entitled = true,
                        .hash_matches = true,
                        .revoked = false,
                        .at = At("2025-02-02T10:00:00Z")}};
    facts.checks = {{.id = RecordId::Trusted("chk_1"),
                     .control = policy::Control::kDsv1,
                     .key = "k",
                     .outcome = policy::CheckOutcome::kPassed,
                     .tier = policy::EvidenceTier::kTest,
                     .channel = policy::Channel::kExperimental,
                     .performed_at = At("2025-02-05T10:00:00Z"),
                     .recorded_at = At("2025-02-05T11:00:00Z"),
                     .change_matches = true,
                     .has_evidence = true,
                     .has_reason = true,
                     .resolved = false}};
    facts.incidents = {{.id = RecordId::Trusted("inc_1"),
                        .severity = policy::Severity::kSev3,
                        .state = policy::IncidentState::kResolved,
                        .opened_at = At("2025-02-06T10:00:00Z"),
                        .resolved_at = At("2025-02-06T11:00:00Z")}};
    facts.evaluations = {{.id = RecordId::Trusted("rbe_1"), .incident = RecordId::Trusted("inc_1"), .decided = true}};
    facts.hard_stops = {{.id = RecordId::Trusted("hst_1"),
                         .rule = policy::HardStop::kHst4,
                         .reason = "A join without tenant",
                         .raised_by = "quinn",
                         .open = false}};
    facts.risk_acceptances = {{.id = RecordId::Trusted("rsk_1"),
                               .principal = PrincipalId::Trusted("bob"),
                               .principal_kind = policy::PrincipalKind::kUser,
                               .entitled = true,
                               .hash_matches = true,
                               .revoked = false,
                               .risk = "Old readers",
                               .rationale = "None left",
                               .review_date = platform::ParseDate("2025-08-01")}};
    facts.memos = {{.number = 1,
                    .target = policy::Channel::kCandidate,
                    .decision = policy::Decision::kGo,
                    .manifest_matches = true,
                    .decided_at = At("2025-02-19T10:00:00Z"),
                    .signatures = {{.role = policy::Role::kSystemOwner,
                                    .principal = PrincipalId::Trusted("bob"),
                                    .principal_kind = policy::PrincipalKind::kUser,
                                    .entitled = true,
                                    .hash_matches = true,
                                    .at = At("2025-02-19T11:00:00Z")}}}};
    facts.freezes = {{.id = RecordId::Trusted("frz_1"),
                      .scope = policy::FreezeScope::kTenant,
                      .channel = policy::Channel::kCandidate,
                      .tenant = plan.tenants[0],
                      .starts_at = At("2025-03-01T10:00:00Z"),
                      .ends_at = At("2025-03-02T10:00:00Z"),
                      .reason = "End of quarter"}};
    facts.drifts = {{policy::InstanceId::Trusted("eu-1"), policy::ExposureDrift::kExposed, {"tenant-9"}}};
    policy::RequirementFacts standing;
    standing.requirement = {policy::Channel::kStable, policy::RolloutId::Trusted("tenancy"), 2, std::nullopt};
    standing.exists = true;
    standing.state = policy::RolloutState::kActive;
    standing.stage = 2;
    standing.evaluation = policy::RecordId::Trusted("rev_1");
    standing.killed_by = policy::RecordId::Trusted("op_1");
    facts.requirements = {standing};
    facts.flag_killed_by = RecordId::Trusted("op_1");
    return facts;
}

VerdictDocument FullVerdict() {
    VerdictDocument verdict;
    verdict.release = "2025-02-01-ledger";
    verdict.from = policy::Channel::kExperimental;
    verdict.to = policy::Channel::kCandidate;
    verdict.classification = policy::ReleaseClass::kMechanism;
    verdict.state = policy::VerdictState::kDeny;
    verdict.findings = {{.rule = "HST-4",
                         .kind = policy::FindingKind::kDenied,
                         .hard_stop = true,
                         .message = "query isolation failed",
                         .remedy = "resolve it with evidence",
                         .subject = "chk_1",
                         .reference = "specification, section 6"},
                        {.rule = "CHN-2",
                         .kind = policy::FindingKind::kPending,
                         .message = "3 of 7 days in experimental",
                         .remedy = "wait",
                         .ends_at = At("2025-02-24T09:00:00Z")},
                        {.rule = "EXP-4",
                         .kind = policy::FindingKind::kIndeterminate,
                         .message = "the metrics source did not answer",
                         .remedy = "ask again",
                         .subject = "latency"},
                        {.rule = "SOD-3",
                         .kind = policy::FindingKind::kDoubt,
                         .message = "approved by its author",
                         .remedy = "ask somebody else as well"}};
    verdict.earliest = At("2025-02-24T09:00:00Z");
    verdict.evaluated_at = At("2025-02-20T12:00:00.25Z");
    verdict.facts_hash = std::string(64, 'f');
    verdict.catalogue_version = 1;
    return verdict;
}

namespace {

platform::SigningKey FixedKey(const char* pem) {
    return platform::SigningKey::FromPem(pem).value();
}

}  // namespace

const platform::SigningKey& TestKey() {
    static const platform::SigningKey kKey = FixedKey(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
        "-----END PRIVATE KEY-----\n");
    return kKey;
}

const platform::VerifyingKey& TestPublicKey() {
    static const platform::VerifyingKey kKey = platform::VerifyingKey::FromPem(TestKey().PublicPem()).value();
    return kKey;
}

const platform::SigningKey& OtherKey() {
    static const platform::SigningKey kKey = platform::SigningKey::Generate();
    return kKey;
}

std::string SourceFile(const std::string& path) {
    constexpr std::size_t kLargestFile = 16 * 1024 * 1024;
    auto bytes = platform::ReadFile(std::string(PORTCULLIS_SOURCE_DIR) + "/" + path, kLargestFile);
    EXPECT_TRUE(bytes.has_value()) << path;
    return bytes ? *bytes : std::string();
}

std::string ErrorText(const platform::FieldErrors& errors) {
    std::string text;
    for (const platform::FieldError& error : errors) {
        text += error.pointer + ": " + error.message + "\n";
    }
    return text;
}

bool HasError(const platform::FieldErrors& errors, std::string_view pointer, std::string_view part) {
    return std::any_of(errors.begin(), errors.end(), [&](const platform::FieldError& error) {
        return error.pointer == pointer && error.message.find(part) != std::string::npos;
    });
}

std::string HostileText() {
    constexpr char kBytes[] =
        "</failure><x a=\"1\">]]>&amp;\r\n::error::gone%0A::set-output\n| a | b |\n\x1b[2J\a\b\f\x7f\0 \xff\xfe\xc3("
        "\xEF\xBF\xBF\xEF\xBF\xBE<script>alert('1')</script> **bold** [l](http://e.example) `c` @someone "
        "\xF0\x9F\x98\x80";
    return {kBytes, sizeof(kBytes) - 1};
}

}  // namespace wire
