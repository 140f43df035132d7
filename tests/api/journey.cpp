#include "tests/api/journey.hpp"

#include <algorithm>
#include <utility>

namespace api_test {

Json NewManifest(const std::string& id) {
    return {{"id", id},
            {"title", "Sorting of the roster"},
            {"description", "The roster can be sorted by name."},
            {"classification", "workflow"},
            {"version", "2025.1.14"},
            {"files_changed", {"src/components/Roster.tsx"}},
            {"data_changes", "none"},
            {"kill_switch",
             {{"flag", "ROSTER_SORTING_ENABLED"},
              {"default", false},
              {"enabled_for", Json::array()},
              {"activation", "Read at run time; nothing is deployed"},
              {"needs_deployment", false}}},
            {"rollback",
             {{"triggers", {"The order is wrong"}},
              {"procedure", {"Set ROSTER_SORTING_ENABLED to false", "Look at the roster of each tenant"}},
              {"verification", {"The roster is in its old order"}},
              {"data_recovery", "Not needed; nothing is written"},
              {"communication", {{{"who", "Dev lead"}, {"when", "immediately"}}}},
              {"owner", "dora.lead"}}},
            {"observability", {"Each use is logged with actor and tenant"}}};
}

Journey::Journey(std::function<Caller(std::string_view)> as) : as_(std::move(as)) {
    As("rita.release").Post("/v1/releases", NewManifest(id_)).Expect(201);
    for (const std::string& tenant : {tenant_, other_tenant_}) {
        As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", "Pilot"}, {"kind", "staging"}}).Expect(201);
        As("rita.release")
            .Post("/v1/tenants/" + tenant + "/consents", {{"release", id_},
                                                          {"given_by", "Omar Haddad"},
                                                          {"capacity", "administrator of the tenant"},
                                                          {"evidence", "Ticket 118"}})
            .Expect(201);
    }
    const Json plan = {{"tenants", {tenant_, other_tenant_}},
                       {"opt_in_method", "Written confirmation"},
                       {"start_date", "2025-01-14"},
                       {"minimum_stay", "7d"},
                       {"exit_criteria", {{{"key", "order"}, {"text", "No roster is in the wrong order"}}}},
                       {"owner", "sam.owner"}};
    As("rita.release").IfMatch(Show().Etag()).Put(Path("/exposure-plan"), plan).Expect(200);
}

Reply Journey::Show() const {
    return As("rita.release").Get(Path()).Expect(200);
}

Reply Journey::Approve(std::string_view who, std::string_view role, std::string_view scope) const {
    return As(who).Post(Path("/approvals"), {{"as", role}, {"for", scope}});
}

Reply Journey::Record(std::string_view who, std::string_view control, std::string_view tier, std::string_view outcome,
                      std::string_view key) const {
    Json body = {
        {"control", control}, {"outcome", outcome}, {"tier", tier}, {"evidence", {{"text", "as seen in the log"}}}};
    if (!key.empty()) {
        body["key"] = key;
    }
    return As(who).Post(Path("/checks"), body);
}

void Journey::Prepare(std::string_view channel) const {
    if (channel == "experimental") {
        Approve("dora.lead", "dev_lead", "class").Expect(201);
        Approve("quinn.qa", "qa", "class").Expect(201);
        Approve("dora.lead", "dev_lead", "plan").Expect(201);
        Approve("dora.lead", "dev_lead", "experimental").Expect(201);
        Record("ci", "tests", "test").Expect(201);
        Record("ci", "regressions", "test").Expect(201);
        Record("dora.lead", "kill-switch-drill", "rehearsal").Expect(201);
        Record("otto.operator", "rollback-drill", "rehearsal").Expect(201);
        Record("otto.operator", "OBS-4", "managed_runtime").Expect(201);
    } else if (channel == "candidate") {
        Record("quinn.qa", "exit-criterion", "managed_runtime", "passed", "order").Expect(201);
        Record("quinn.qa", "feedback", "documented").Expect(201);
        for (const char* control : {"DSV-1", "DSV-2", "DSV-3"}) {
            Record("quinn.qa", control, "test").Expect(201);
        }
        for (const char* control : {"DSV-4", "DSV-5", "DSV-6", "DSV-7", "OBS-1", "OBS-2", "OBS-3", "OBS-5"}) {
            Record("dora.lead", control, "documented").Expect(201);
        }
        for (const char* control : {"OBS-6", "OBS-7", "OBS-8", "OBS-9"}) {
            Record("otto.operator", control, "managed_runtime").Expect(201);
        }
        Approve("dora.lead", "dev_lead", "candidate").Expect(201);
        Approve("quinn.qa", "qa", "candidate").Expect(201);
    } else {
        Record("otto.operator", "candidate-metrics", "managed_runtime").Expect(201);
        Approve("sam.owner", "system_owner", "stable").Expect(201);
    }
}

Reply Journey::Promote(std::string_view channel, std::string_view who) const {
    return As(who).IfMatch(Show().Etag()).Post(Path("/promotions"), {{"to", channel}});
}

void Journey::SignGo() const {
    const Reply memo =
        As("rita.release")
            .Post(Path("/memos"), {{"for", "stable"}, {"decision", "GO"}, {"notes", "Did well in candidate."}})
            .Expect(201);
    const std::string path = Path("/memos/" + std::to_string(memo.Body()["number"].get<int>()) + "/signatures");
    const Json hash = memo.Body()["content_hash"];
    As("sam.owner").Post(path, {{"as", "system_owner"}, {"content_hash", hash}}).Expect(201);
    As("dora.lead").Post(path, {{"as", "dev_lead"}, {"content_hash", hash}}).Expect(201);
}

void Journey::Reach(std::string_view channel) {
    static const std::vector<std::string> order{"dev", "experimental", "candidate", "stable"};
    for (auto at = std::find(order.begin(), order.end(), channel_); *at != channel; ++at) {
        ASSERT_NE(at + 1, order.end()) << "no way from " << channel_ << " to " << channel;
        const std::string& next = *(at + 1);
        if (channel_ != "dev") {
            As("otto.operator").Post("/v1/clock/advance", {{"by", "7d"}}).Expect(200);
        }
        Prepare(next);
        if (next == "stable") {
            SignGo();
        }
        Promote(next).Expect(201);
        channel_ = next;
    }
}

}  // namespace api_test
