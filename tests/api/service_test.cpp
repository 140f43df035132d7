// What the server says about itself, and that it keeps its word.
#include "tests/api/contract.hpp"
#include "tests/api/harness.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace api_test {
namespace {

TEST(Service, HealthReadinessAndVersionAreOpen) {
    EXPECT_EQ(Anonymous().Get("/healthz").Expect(200).Body()["status"], "alive");
    EXPECT_EQ(Anonymous().Get("/readyz").Expect(200).Body()["status"], "ready");
    const Reply version = Anonymous().Get("/version");
    EXPECT_EQ(version.Expect(200).Body()["name"], "portcullis");
    EXPECT_GT(version.Body()["schema_version"], 0);
}

TEST(Service, EveryAnswerCarriesItsHeaders) {
    for (const char* path : {"/healthz", "/nowhere", "/v1/tenants", "/docs"}) {
        const Reply reply = Anonymous().With("X-Request-Id", "build-17").Get(path);
        EXPECT_EQ(reply.Header("x-request-id"), "build-17") << path;
        EXPECT_EQ(reply.Header("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(reply.Header("x-portcullis-clock"), "simulated") << path;
        EXPECT_EQ(reply.Header("cache-control"), "no-store") << path;
    }
    EXPECT_NE(Anonymous().With("X-Request-Id", "<script>").Get("/healthz").Header("x-request-id"), "<script>");
}

TEST(Service, HeadIsGetWithoutABody) {
    const Reply head = Anonymous().Send("HEAD", "/healthz");
    head.Expect(200);
    EXPECT_TRUE(head.Text().empty());
}

TEST(Service, UnknownPathsAndMethodsAreToldApart) {
    Anonymous().Get("/v1/nothing").ExpectProblem(404, "not_found.path");
    Anonymous().Get("/").ExpectProblem(404, "not_found.path");
    const Reply wrong = As("rita.release").Send("DELETE", "/v1/tenants");
    wrong.ExpectProblem(405, "input.method");
    EXPECT_EQ(wrong.Header("allow"), "GET, HEAD, POST");
}

TEST(Service, DocumentationIsAPageWithoutScripts) {
    const Reply page = Anonymous().Get("/docs");
    page.Expect(200);
    EXPECT_EQ(page.Header("content-type"), "text/html; charset=utf-8");
    EXPECT_NE(page.Header("content-security-policy").find("default-src 'none'"), std::string::npos);
    EXPECT_NE(page.Text().find("/v1/releases"), std::string::npos);
    EXPECT_NE(page.Text().find("<strong>Simulated clock.</strong>"), std::string::npos);
}

TEST(Service, MetricsCountByRouteAndNeverByPath) {
    As("nora.none").Get("/v1/tenants/some-tenant-of-a-customer").Expect(404);
    const std::string text = Anonymous().Get("/metrics").Expect(200).Text();
    EXPECT_NE(text.find(R"(portcullis_http_requests_total{route="/v1/tenants/{tenant}",method="GET",status="4xx"})"),
              std::string::npos);
    EXPECT_NE(text.find("portcullis_ready 1"), std::string::npos);
    EXPECT_EQ(text.find("some-tenant-of-a-customer"), std::string::npos);
}

/// Golden: who watches these names must hear of a change.
TEST(Service, MetricNamesAreTheseOnes) {
    const std::string text = Anonymous().Get("/metrics").Text();
    std::set<std::string> names;
    for (std::size_t at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1)) {
        names.insert(text.substr(at + 7, text.find('\n', at) - at - 7));
    }
    EXPECT_EQ(names, (std::set<std::string>{"portcullis_audit_checkpoints_total counter",
                                            "portcullis_build_info gauge",
                                            "portcullis_clock_simulated gauge",
                                            "portcullis_database_server_running gauge",
                                            "portcullis_direct_probes gauge",
                                            "portcullis_direct_probes_file_ok gauge",
                                            "portcullis_drill_last_outcome gauge",
                                            "portcullis_drill_last_passed_age_seconds gauge",
                                            "portcullis_drill_last_passed_timestamp_seconds gauge",
                                            "portcullis_drill_schedules_unapproved gauge",
                                            "portcullis_drills_running gauge",
                                            "portcullis_drills_skipped_total counter",
                                            "portcullis_flags_killed gauge",
                                            "portcullis_fleet_connections gauge",
                                            "portcullis_fleet_connections_cut_total counter",
                                            "portcullis_fleet_credential_age_seconds gauge",
                                            "portcullis_fleet_credentials_to_replace gauge",
                                            "portcullis_fleet_handshakes_total counter",
                                            "portcullis_fleet_instances gauge",
                                            "portcullis_fleet_key_age_seconds gauge",
                                            "portcullis_fleet_keys_behind gauge",
                                            "portcullis_fleet_longest_silence_seconds gauge",
                                            "portcullis_fleet_oldest_outstanding_seconds gauge",
                                            "portcullis_fleet_operation_instances gauge",
                                            "portcullis_fleet_operations gauge",
                                            "portcullis_fleet_order_seconds histogram",
                                            "portcullis_fleet_orders_outstanding gauge",
                                            "portcullis_fleet_orders_turned_away_total counter",
                                            "portcullis_fleet_unheard_instances gauge",
                                            "portcullis_fleet_verification_steps_total counter",
                                            "portcullis_http_request_seconds histogram",
                                            "portcullis_http_requests_total counter",
                                            "portcullis_kill_journal_trouble_total counter",
                                            "portcullis_kill_reviews_open gauge",
                                            "portcullis_kills_not_entered gauge",
                                            "portcullis_webhook_attempt_seconds histogram",
                                            "portcullis_webhook_deliveries_dead gauge",
                                            "portcullis_webhook_deliveries_pending gauge",
                                            "portcullis_webhooks gauge",
                                            "portcullis_incident_breaches gauge",
                                            "portcullis_incidents_open gauge",
                                            "portcullis_alerts gauge",
                                            "portcullis_monitor_canaries_total counter",
                                            "portcullis_monitor_evaluation_cpu_seconds histogram",
                                            "portcullis_monitor_failures_total counter",
                                            "portcullis_monitor_leads gauge",
                                            "portcullis_monitor_leak_kills_total counter",
                                            "portcullis_monitor_scrapes_total counter",
                                            "portcullis_monitored_instances gauge",
                                            "portcullis_monitoring_file_ok gauge",
                                            "portcullis_ready gauge",
                                            "portcullis_scheduler_failures_total counter",
                                            "portcullis_scheduler_leads gauge",
                                            "portcullis_scheduler_rounds_total counter",
                                            "portcullis_schema_version gauge",
                                            "process_cpu_seconds_total counter",
                                            "process_max_fds gauge",
                                            "process_open_fds gauge",
                                            "process_resident_memory_bytes gauge",
                                            "process_start_time_seconds gauge",
                                            "process_threads gauge",
                                            "process_virtual_memory_bytes gauge"}));
}

TEST(Rules, CatalogueIsServed) {
    const Reply all = As("nora.none").Get("/v1/rules");
    all.Expect(200);
    EXPECT_GT(all.Body()["items"].size(), 50U);
    const Reply one = As("nora.none").Get("/v1/rules/HST-4");
    EXPECT_EQ(one.Expect(200).Body()["hard_stop"], true);
    As("nora.none").Get("/v1/rules/HST-99").ExpectProblem(404, "not_found.resource");
    Anonymous().Get("/v1/rules").ExpectProblem(401, "auth.unauthenticated");
}

// --- The document against the server ------------------------------------------------------------------------------

std::string FilledPath(const std::string& pattern) {
    static const std::map<std::string, std::string> values = {
        {"{channel}", "candidate"}, {"{number}", "1"}, {"{revision}", "1"},
        {"{entry}", "1"},           {"{step}", "1"},   {"{release}", "example-release"}};
    std::string path;
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] == '{') {
            const std::size_t end = pattern.find('}', at) + 1;
            const auto value = values.find(pattern.substr(at, end - at));
            path += value == values.end() ? "example-1" : value->second;
            at = end;
        } else {
            path += pattern[at++];
        }
    }
    return path;
}

std::string MethodOf(std::string_view verb) {
    std::string method(verb);
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
    return method;
}

bool Takes(const Json& operation, std::string_view parameter) {
    for (const Json& each : operation.value("parameters", Json::array())) {
        const std::string ref = each.value("$ref", "");
        if (each.value("name", "") == parameter || ref.ends_with("/" + std::string(parameter))) {
            return true;
        }
    }
    return false;
}

/// Every operation of the document that is not open to all.
void ForEachOperation(
    const std::function<void(const std::string& method, const std::string& path, const Json& operation)>& visit) {
    for (const auto& [pattern, operations] : OpenApi()["paths"].items()) {
        for (const auto& [verb, operation] : operations.items()) {
            if (!operation.contains("security")) {
                visit(MethodOf(verb), FilledPath(pattern), operation);
            }
        }
    }
}

TEST(OpenApi, IsWhatItSaysItIs) {
    EXPECT_EQ(OpenApi()["openapi"], "3.1.0");
    EXPECT_FALSE(OpenApi()["info"]["title"].empty());
    EXPECT_EQ(OpenApi()["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

TEST(OpenApi, StrangersAreTurnedAwayEverywhere) {
    for (const auto& [pattern, operations] : OpenApi()["paths"].items()) {
        for (const auto& [verb, operation] : operations.items()) {
            if (operation.contains("security")) {
                continue;  // open
            }
            const std::string method = MethodOf(verb);
            const bool text =
                operation.contains("requestBody") && operation["requestBody"]["content"].contains("text/markdown");
            const Reply reply = operation.contains("requestBody")
                                    ? Anonymous().Send(method, FilledPath(pattern), text ? "x" : "{}",
                                                       text ? "text/markdown" : "application/json")
                                    : Anonymous().Send(method, FilledPath(pattern));
            reply.ExpectProblem(401, "auth.unauthenticated");
            EXPECT_EQ(reply.Header("www-authenticate"), "Bearer realm=\"portcullis\"");
        }
    }
}

TEST(OpenApi, EveryExampleIsValidAndIsRead) {
    const Contract contract(OpenApi());
    for (const auto& [name, schema] : OpenApi()["components"]["schemas"].items()) {
        for (const Json& example : schema.value("examples", Json::array())) {
            EXPECT_EQ(contract.SchemaComplaints(name, example), std::vector<std::string>{}) << name;
        }
    }
    for (const auto& [pattern, operations] : OpenApi()["paths"].items()) {
        for (const auto& [verb, operation] : operations.items()) {
            if (!operation.contains("requestBody") ||
                !operation["requestBody"]["content"].contains("application/json")) {
                continue;
            }
            const Json& content = operation["requestBody"]["content"]["application/json"];
            Json example = content.value("example", Json());
            if (example.is_null() && content["schema"].contains("$ref")) {
                const std::string ref = content["schema"]["$ref"];
                const Json& schema = OpenApi()["components"]["schemas"][ref.substr(ref.rfind('/') + 1)];
                example = schema.value("examples", Json::array({nullptr}))[0];
            }
            ASSERT_FALSE(example.is_null()) << verb << " " << pattern << " has no example";
            const std::string method = MethodOf(verb);
            const Reply reply =
                As("max.all").IfMatch("\"1\"").Send(method, FilledPath(pattern), example.dump(), "application/json");
            // Whatever the state makes of it: it was read, and its fields hold.
            EXPECT_NE(reply.Status(), 400) << method << " " << pattern << " " << reply.Text();
            EXPECT_NE(reply.Status(), 415) << method << " " << pattern;
            EXPECT_LT(reply.Status(), 500) << method << " " << pattern << " " << reply.Text();
            if (reply.Status() == 422) {
                for (const Json& error : reply.Body().value("errors", Json::array())) {
                    const std::string message = error.value("message", "");
                    EXPECT_EQ(message.find("unknown field"), std::string::npos) << pattern << " " << reply.Text();
                    EXPECT_EQ(message.find("is required"), std::string::npos) << pattern << " " << reply.Text();
                }
            }
        }
    }
}

TEST(OpenApi, EveryChangeNeedsTheVersion) {
    int changes = 0;
    ForEachOperation([&](const std::string& method, const std::string& path, const Json& operation) {
        if (Takes(operation, "If-Match")) {
            const bool takes_body = operation.contains("requestBody");
            As("max.all")
                .Send(method, path, takes_body ? "{}" : "", takes_body ? "application/json" : "")
                .ExpectProblem(428, "conflict.version_missing");
            ++changes;
        }
    });
    EXPECT_GE(changes, 12);
}

TEST(OpenApi, EveryBodyIsHeldToItsTypeItsSizeAndItsFields) {
    const std::string huge(5 * 1024 * 1024, ' ');
    int bodies = 0;
    ForEachOperation([&](const std::string& method, const std::string& path, const Json& operation) {
        if (!operation.contains("requestBody")) {
            return;
        }
        const Caller max = As("max.all").IfMatch("\"1\"");
        max.Send(method, path, "{}", "text/html").ExpectProblem(415, "input.media_type");
        max.Send(method, path, "{}").ExpectProblem(415, "input.media_type");
        if (!operation["requestBody"]["content"].contains("application/json")) {
            return;
        }
        ++bodies;
        max.Send(method, path, huge, "application/json").ExpectProblem(413, "input.too_large");
        max.Send(method, path, "{\"a\":1,\"a\":2}", "application/json").ExpectProblem(400, "input.malformed");
        max.Send(method, path, "[]", "application/json").ExpectProblem(422, "input.invalid");
        max.Send(method, path, "{\"no_such_field\":1}", "application/json")
            .ExpectProblem(422, "input.invalid")
            .ExpectErrors({"/no_such_field"});
    });
    EXPECT_GE(bodies, 30);
}

TEST(OpenApi, EveryListIsPagedAndEveryReadKnowsItsParameters) {
    int lists = 0;
    ForEachOperation([&](const std::string& method, const std::string& path, const Json& operation) {
        if (method != "GET") {
            return;
        }
        As("max.all").Get(path + "?no_such_parameter=1").ExpectProblem(400, "input.malformed");
        if (Takes(operation, "cursor")) {
            ++lists;
            As("max.all").Get(path + "?limit=0").ExpectProblem(400, "input.malformed");
            As("max.all").Get(path + "?limit=501").ExpectProblem(400, "input.malformed");
            As("max.all").Get(path + "?cursor=%21").ExpectProblem(400, "input.malformed");
        }
    });
    EXPECT_GE(lists, 14);
}

TEST(OpenApi, ContractNoticesWhatIsNotPromised) {
    const Contract contract(OpenApi());
    EXPECT_FALSE(contract.SchemaComplaints("Clock", {{"now", "2025-01-14T09:00:00Z"}}).empty());
    EXPECT_FALSE(contract.SchemaComplaints("Clock", {{"now", 7}, {"simulated", true}}).empty());
    EXPECT_FALSE(contract.SchemaComplaints("Clock", {{"now", "x"}, {"simulated", true}, {"zone", "UTC"}}).empty());
    EXPECT_TRUE(contract.SchemaComplaints("Clock", {{"now", "2025-01-14T09:00:00Z"}, {"simulated", true}}).empty());
    EXPECT_FALSE(contract.Complaints("GET", "/v1/clock", 418, "application/json", "{}").empty());
    EXPECT_FALSE(contract.Complaints("GET", "/v1/clock", 200, "text/plain", "{}").empty());
}

}  // namespace
}  // namespace api_test
