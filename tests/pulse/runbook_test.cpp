// The operators' pages, run as they stand: every command of docs/tenants.md with the real curl and the real psql, in
// the order of the page, with host, ids and tokens filled in. And the page has every command operators rely on.
#include <algorithm>
#include <map>
#include <set>

#include "platform/base/text.hpp"
#include "tests/pulse/tenants.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace pulse_test {
namespace {

struct Command {
    std::string language;  // bash, sql
    std::string text;
};

std::vector<Command> CommandsOfThePage() {
    std::vector<Command> commands;
    Command current;
    bool inside = false;
    const std::string page = support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/tenants.md");
    for (const std::string_view line : platform::Split(page, '\n')) {
        if (line.starts_with("```")) {
            if (inside) {
                commands.push_back(std::exchange(current, {}));
            } else {
                current.language = line.substr(3);
            }
            inside = !inside;
        } else if (inside) {
            current.text += std::string(line) + "\n";
        }
    }
    return commands;
}

/// What operators have in their hands: method, path and the words of the body.
struct Relied {
    std::string method;
    std::string path;
    std::vector<std::string> body;
};
const std::vector<Relied> kReliedOn = {
    {"GET", "/api/health", {}},
    {"GET", "/api/customers", {}},
    {"GET", "/api/admin/alerts", {}},
    {"POST",
     "/api/admin/tenants/provision",
     {"\"name\"", "\"contactEmail\"", "\"adminName\"", "\"adminEmail\"", "\"adminPassword\"", "\"plan\": \"pro\""}},
    {"POST", "/api/admin/tenants/<tenant_id>/suspend", {}},
    {"POST", "/api/admin/tenants/<tenant_id>/reactivate", {}},
    {"POST", "/api/admin/tenants/<tenant_id>/cancel", {}},
    {"POST", "/api/admin/tenants/<tenant_id>/delete", {"{\"hardDelete\": false}"}},
    {"POST", "/api/admin/tenants/<tenant_id>/delete", {"{\"hardDelete\": true, \"force\": true}"}},
    {"GET", "/api/tenants/export?tenantId=<tenant_id>", {"-o tenant-export.json"}},
    {"POST", "/api/admin/tenants/restore", {"-d @tenant-export.json"}},
    {"GET", "/api/tenants/alerts", {}},
    {"GET", "/api/admin/tenants/<tenant_id>", {}},
    {"GET", "/api/tenants/quotas", {}},
    {"POST", "/api/test/audit", {}},
    {"GET", "/api/admin/tenants", {}},
    {"GET", "/api/audit-logs?tenantId=<tenant_id>", {}},
};

/// The address in a command, up to the end of its word.
std::string PathIn(const std::string& text) {
    static const std::string host = "http://localhost:7655";
    const auto at = text.find(host);
    if (at == std::string::npos) {
        return {};
    }
    const auto begin = at + host.size();
    return text.substr(begin, text.find_first_of(" \"\n", begin) - begin);
}

bool Does(const Command& command, const Relied& wanted) {
    const bool posts = command.text.find("-X POST") != std::string::npos;
    return command.language == "bash" && PathIn(command.text) == wanted.path && posts == (wanted.method == "POST") &&
           std::ranges::all_of(wanted.body,
                               [&](const std::string& word) { return command.text.find(word) != std::string::npos; });
}

TEST(Runbook, ThePageHasEveryCommandOperatorsRelyOn) {
    const auto commands = CommandsOfThePage();
    for (const Relied& wanted : kReliedOn) {
        EXPECT_TRUE(std::ranges::any_of(commands, [&](const Command& command) { return Does(command, wanted); }))
            << wanted.method << " " << wanted.path;
    }
    const auto tables = [&](std::string_view table) {
        return std::ranges::any_of(commands, [&](const Command& command) {
            return command.language == "sql" && command.text.find(table) != std::string::npos;
        });
    };
    EXPECT_TRUE(tables("FROM tenants WHERE id ="));
    EXPECT_TRUE(tables("FROM tenant_usage_metrics WHERE tenant_id ="));
    EXPECT_TRUE(tables("FROM audit_logs"));
}

/// Runs commands as an operator would, in a folder of its own.
class Operator {
public:
    explicit Operator(OwnPulsed& pulsed) : pulsed_(pulsed), folder_("operator") {
        // curl then says nothing but the answer, and ends with an error for 4xx and 5xx.
        support::WriteFile(folder_ / ".curlrc", "silent\nshow-error\nfail-with-body\nmax-time = 60\n");
        Fill("http://localhost:7655", pulsed.Url());
    }

    void Fill(const std::string& written, const std::string& meant) {
        filled_[written] = meant;
    }

    std::string Run(const Command& command) const {
        std::string text = command.text;
        for (const auto& [written, meant] : filled_) {
            for (auto at = text.find(written); at != std::string::npos; at = text.find(written, at + meant.size())) {
                text.replace(at, written.size(), meant);
            }
        }
        EXPECT_EQ(text.find('<'), std::string::npos) << "nothing was filled in for:\n" << text;
        support::ProcessOptions options;
        options.working_dir = folder_.Path();
        options.environment["CURL_HOME"] = folder_.Path().string();
        options.environment["PULSE_DATABASE"] = pulsed_.OwnerConninfo();
        options.environment["PSQLRC"] = "/dev/null";
        if (command.language == "sql") {
            options.input = text;
            text = "psql \"$PULSE_DATABASE\" -v ON_ERROR_STOP=1 --csv";
        }
        const auto finished = support::RunToEnd({"bash", "-euc", text}, options);
        EXPECT_EQ(finished.exit_code, 0) << command.text << "\n" << finished.output << finished.error;
        return finished.output;
    }

    std::string File(std::string_view name) const {
        return support::ReadFile(folder_ / name);
    }

private:
    OwnPulsed& pulsed_;
    support::TempDir folder_;
    std::map<std::string, std::string> filled_;
};

TEST(Runbook, EveryCommandWorksAsItStands) {
    OwnPulsed& pulsed = Shared();
    Operator op(pulsed);
    op.Fill("<super_admin_token>", pulsed.TokenSecret("default-writer"));
    const Tenant other = Provision("neighbour");
    other.admin.Post("/api/customers", {{"name", "of the neighbour"}}).Expect(201);
    op.Fill("<tenant_b_token>", other.token);

    std::string token;
    Json data;
    int ran = 0;
    for (const Command& command : CommandsOfThePage()) {
        if (command.text.find("<tenant_a_token>") != std::string::npos) {
            pulsed.Anonymous()
                .With("Authorization", "Bearer " + token)
                .Post("/api/customers", {{"name", "of the new company"}})
                .Expect(201);
        }
        const std::string output = op.Run(command);
        ++ran;
        const std::string path = PathIn(command.text);
        if (path == "/api/admin/tenants/provision") {
            const std::string id = Json::parse(output).at("id");
            token = MintToken(pulsed, "admin@newcompany.com", "secure_password", id);
            op.Fill("<tenant_id>", id);
            op.Fill("<tenant_admin_token>", token);
            op.Fill("<tenant_a_token>", token);
        } else if (path == "/api/customers") {
            const Json seen = Json::parse(output);
            ASSERT_EQ(seen.size(), 1U) << output;
            const bool neighbour = command.text.find("<tenant_b_token>") != std::string::npos;
            EXPECT_EQ(seen[0]["name"], neighbour ? "of the neighbour" : "of the new company");
        } else if (path.starts_with("/api/tenants/export")) {
            data = Json::parse(op.File("tenant-export.json")).at("data");
            EXPECT_EQ(data["rows"], 1);
        } else if (path == "/api/admin/tenants/restore") {
            EXPECT_EQ(Json::parse(output).at("sha256"), data.at("sha256"));
        } else if (command.language == "sql" && command.text.find("FROM tenants ") != std::string::npos) {
            EXPECT_NE(output.find("id,name,status,plan\nnew-company,New Company,active,enterprise\n"),
                      std::string::npos)
                << output;
        } else if (command.language == "sql") {
            EXPECT_NE(output.find("new-company"), std::string::npos) << output;
        }
    }
    EXPECT_GE(ran, 24);
    SuperAdmin().Get("/api/admin/tenants/new-company").ExpectA(404, "not_found");
    EXPECT_EQ(other.admin.Get("/api/customers").Expect(200).Body().size(), 1U) << "the neighbour noticed nothing";
    // What was done to the tenant can be read when it is gone.
    EXPECT_EQ(CountAudit("new-company", "tenant_hard_deleted"), 1U);
}

TEST(Runbook, TheApplicationsRoleSeesNothingWithoutATenant) {
    Provision("unseen");
    const auto as_app = [&](const std::string& sql) {
        support::ProcessOptions options;
        options.input = sql;
        const auto finished =
            support::RunToEnd({"psql", Shared().AppConninfo(), "-v", "ON_ERROR_STOP=1", "-At"}, options);
        EXPECT_EQ(finished.exit_code, 0) << finished.error;
        return finished.output;
    };
    for (const char* table : {"tenants", "tenant_usage_metrics", "audit_logs", "pulse.customers", "pulse.alerts"}) {
        EXPECT_EQ(as_app(std::string("SELECT count(*) FROM ") + table), "0\n") << table;
    }
    EXPECT_EQ(as_app("BEGIN; SELECT set_config('tenancy.org', 'acme', true); SELECT DISTINCT id FROM tenants; COMMIT"),
              "BEGIN\nacme\nacme\nCOMMIT\n");
}

}  // namespace
}  // namespace pulse_test
