// portcullis tenant ..., consent ..., principal ..., role ..., token ..., whoami

#include <iostream>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kTenantColumns = {{"tenant", "/id"},
                                            {"name", "/name"},
                                            {"kind", "/kind"},
                                            {"preference", "/channel_preference"},
                                            {"active", "/active"}};
const std::vector<Column> kConsentColumns = {
    {"consent", "/id"},        {"tenant", "/tenant"},      {"release", "/release"},
    {"channel", "/channel"},   {"state", "/state"},        {"given by", "/given_by"},
    {"capacity", "/capacity"}, {"expires", "/expires_at"}, {"evidence", "/evidence"}};
const std::vector<Column> kPrincipalColumns = {
    {"principal", "/id"}, {"kind", "/kind"}, {"name", "/display_name"}, {"roles", "/roles"}, {"active", "/active"}};
const std::vector<Column> kGrantColumns = {
    {"grant", "/id"},      {"principal", "/principal"},     {"role", "/role"},
    {"status", "/status"}, {"proposed by", "/proposed_by"}, {"confirmed by", "/confirmed_by"}};
const std::vector<Column> kTokenColumns = {
    {"token", "/id"},          {"name", "/name"},          {"principal", "/principal"},
    {"roles", "/roles"},       {"expires", "/expires_at"}, {"last used", "/last_used_at"},
    {"revoked", "/revoked_at"}};

Json BodyOf(const Arguments& arguments, std::initializer_list<std::pair<const char*, const char*>> fields) {
    Json body = Json::object();
    for (const auto& [option, field] : fields) {
        arguments.Into(body, option, field);
    }
    return body;
}

ExitCode TenantAdd(Shell& shell, const Arguments& arguments) {
    const Json body =
        BodyOf(arguments, {{"tenant", "id"}, {"name", "name"}, {"kind", "kind"}, {"preference", "channel_preference"}});
    shell.Out().One(shell.Api().Post("/v1/tenants", body).body, kTenantColumns);
    return kExitOk;
}

ExitCode TenantList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/tenants"), kTenantColumns);
    return kExitOk;
}

ExitCode TenantShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(Path({"tenants", arguments.Text("tenant")})).body, kTenantColumns);
    return kExitOk;
}

ExitCode TenantSet(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"tenants", arguments.Text("tenant")});
    Json body = BodyOf(arguments, {{"name", "name"}, {"kind", "kind"}, {"preference", "channel_preference"}});
    if (const auto active = arguments.Optional("active")) {
        body["active"] = *active == "yes";
    }
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Patch(path, body, options).body, kTenantColumns);
    return kExitOk;
}

ExitCode ConsentRecord(Shell& shell, const Arguments& arguments) {
    const Json body = BodyOf(arguments, {{"release", "release"},
                                         {"channel", "channel"},
                                         {"given-by", "given_by"},
                                         {"capacity", "capacity"},
                                         {"evidence", "evidence"},
                                         {"given-at", "given_at"},
                                         {"expires-at", "expires_at"}});
    shell.Out().One(shell.Api().Post(Path({"tenants", arguments.Text("tenant"), "consents"}), body).body,
                    kConsentColumns);
    return kExitOk;
}

ExitCode ConsentList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"tenants", arguments.Text("tenant"), "consents"})), kConsentColumns);
    return kExitOk;
}

ExitCode ConsentWithdraw(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api()
            .Post(Path({"consents", arguments.Text("consent") + ":withdraw"}), {{"reason", arguments.Text("reason")}})
            .body,
        kConsentColumns);
    return kExitOk;
}

ExitCode PrincipalAdd(Shell& shell, const Arguments& arguments) {
    const Json body =
        BodyOf(arguments, {{"principal", "id"}, {"kind", "kind"}, {"name", "display_name"}, {"email", "email"}});
    shell.Out().One(shell.Api().Post("/v1/principals", body).body, kPrincipalColumns);
    return kExitOk;
}

ExitCode PrincipalList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/principals"), kPrincipalColumns);
    return kExitOk;
}

ExitCode PrincipalDeactivate(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"principals", arguments.Text("principal")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Patch(path, {{"active", false}}, options).body, kPrincipalColumns);
    return kExitOk;
}

/// The first line of a file, or of standard input: a password never stands in a command line, which others can see.
std::string ReadPassword(const std::string& path) {
    constexpr std::size_t kLongestFile = 4096;
    const std::string text = ReadInput(path, kLongestFile);
    return text.substr(0, text.find_first_of("\r\n"));
}

ExitCode PrincipalPassword(Shell& shell, const Arguments& arguments) {
    const auto named = arguments.Optional("principal");
    const std::string principal = named ? *named : shell.Api().Get("/v1/whoami").body.value("id", "");
    if (arguments.Flag("remove")) {
        shell.Out().One(shell.Api().Post(Path({"principals", principal + ":remove-password"}), Json::object()).body,
                        kPrincipalColumns);
        return kExitOk;
    }
    Json body{{"password", ReadPassword(arguments.Text("password-file"))}};
    if (const auto current = arguments.Optional("current-file")) {
        body["current"] = ReadPassword(*current);
    }
    shell.Out().One(shell.Api().Post(Path({"principals", principal + ":set-password"}), body).body, kPrincipalColumns);
    return kExitOk;
}

ExitCode RolePropose(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api()
            .Post(Path({"principals", arguments.Text("principal"), "roles"}), {{"role", arguments.Text("role")}})
            .body,
        kGrantColumns);
    return kExitOk;
}

ExitCode RoleList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/role-grants"), kGrantColumns);
    return kExitOk;
}

ExitCode ChangeGrant(Shell& shell, const Arguments& arguments, const std::string& verb) {
    Json body = Json::object();
    arguments.Into(body, "reason");
    shell.Out().One(shell.Api().Post(Path({"role-grants", arguments.Text("grant") + ":" + verb}), body).body,
                    kGrantColumns);
    return kExitOk;
}

ExitCode TokenCreate(Shell& shell, const Arguments& arguments) {
    Json body = BodyOf(arguments, {{"name", "name"}, {"principal", "principal"}, {"expires-at", "expires_at"}});
    if (const auto& roles = arguments.List("role"); !roles.empty()) {
        body["roles"] = roles;
    }
    const Json token = shell.Api().Post("/v1/tokens", body).body;
    if (shell.Out().Form() == OutputForm::kTable) {
        shell.Out().Note("The token is shown this once; keep it where only its user can read it.");
        shell.Out().Text(token.value("token", ""));
    } else {
        shell.Out().One(token);
    }
    return kExitOk;
}

ExitCode TokenList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/tokens"), kTokenColumns);
    return kExitOk;
}

ExitCode TokenRevoke(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post(Path({"tokens", arguments.Text("token") + ":revoke"}), Json::object()).body,
                    kTokenColumns);
    return kExitOk;
}

ExitCode WhoAmI(Shell& shell, const Arguments&) {
    shell.Out().One(shell.Api().Get("/v1/whoami").body, {{"principal", "/id"},
                                                         {"kind", "/kind"},
                                                         {"name", "/display_name"},
                                                         {"roles", "/roles"},
                                                         {"token", "/token/name"}});
    return kExitOk;
}

}  // namespace

std::vector<Command> RegistryCommands() {
    const Argument tenant = {"tenant", ArgumentKind::kPositional, "Id of the tenant."};
    const Argument principal = {"principal", ArgumentKind::kPositional, "Id of the principal."};
    const Argument grant = {"grant", ArgumentKind::kPositional, "Id of the grant."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    const Argument note = {"reason", ArgumentKind::kValue, "Why; kept in the record."};
    const std::vector<std::string> kinds = {"dev", "test", "staging", "production"};
    const std::vector<std::string> preferences = {"any", "stable_only"};
    const std::vector<std::string> roles = {"dev_lead", "qa",      "system_owner", "release_manager",
                                            "operator", "auditor", "pipeline",     "admin"};
    return {
        {"tenant add",
         "Registers a tenant.",
         {tenant,
          {"name", ArgumentKind::kRequired, "Name for people."},
          {"kind", ArgumentKind::kRequired, "What it is.", kinds},
          {"preference", ArgumentKind::kValue, "Which channels it takes.", preferences}},
         TenantAdd},
        {"tenant list", "Lists tenants.", {}, TenantList},
        {"tenant show", "Shows a tenant.", {tenant}, TenantShow},
        {"tenant set",
         "Changes a tenant.",
         {tenant,
          {"name", ArgumentKind::kValue, "Name for people."},
          {"kind", ArgumentKind::kValue, "What it is.", kinds},
          {"preference", ArgumentKind::kValue, "Which channels it takes.", preferences},
          {"active", ArgumentKind::kValue, "Whether it is in use.", {"yes", "no"}}},
         TenantSet},
        {"consent record",
         "Records a tenant's consent.",
         {tenant,
          {"release", ArgumentKind::kValue, "Release it is for."},
          {"channel", ArgumentKind::kValue, "Channel it is for, instead of one release.", {"experimental"}},
          {"given-by", ArgumentKind::kRequired, "Who gave it."},
          {"capacity", ArgumentKind::kRequired, "In what capacity."},
          {"evidence", ArgumentKind::kRequired, "What shows it."},
          {"given-at", ArgumentKind::kValue, "When; now unless given."},
          {"expires-at", ArgumentKind::kValue, "Until when it holds."}},
         ConsentRecord},
        {"consent list", "Lists the consents of a tenant.", {tenant}, ConsentList},
        {"consent withdraw",
         "Withdraws a consent; exposure ends at once.",
         {{"consent", ArgumentKind::kPositional, "Id of the consent."}, reason},
         ConsentWithdraw},
        {"principal add",
         "Adds a person or a component.",
         {principal,
          {"kind", ArgumentKind::kRequired, "Which of the two.", {"user", "component"}},
          {"name", ArgumentKind::kRequired, "Name for people."},
          {"email", ArgumentKind::kValue, "Mail address."}},
         PrincipalAdd},
        {"principal list", "Lists people and components with their roles.", {}, PrincipalList},
        {"principal deactivate",
         "Deactivates a principal; its approvals stop counting.",
         {principal},
         PrincipalDeactivate},
        {"principal password",
         "Sets a password for the web console: one's own, or as an admin a user's first one.",
         {{"principal", ArgumentKind::kValue, "Whose; your own unless given."},
          {"password-file",
           ArgumentKind::kValue,
           "File whose first line is the password; - is standard input.",
           {},
           "-"},
          {"current-file", ArgumentKind::kValue, "The same for the one in use, when you have one."},
          {"remove", ArgumentKind::kFlag, "Takes it away instead, and ends the sessions that it opened."}},
         PrincipalPassword},
        {"role propose",
         "Proposes a role for somebody else.",
         {principal, {"role", ArgumentKind::kRequired, "The role.", roles}},
         RolePropose},
        {"role list", "Lists role grants.", {}, RoleList},
        {"role confirm",
         "Confirms a proposed grant.",
         {grant},
         [](Shell& shell, const Arguments& arguments) { return ChangeGrant(shell, arguments, "confirm"); }},
        {"role reject",
         "Rejects a proposed grant.",
         {grant, note},
         [](Shell& shell, const Arguments& arguments) { return ChangeGrant(shell, arguments, "reject"); }},
        {"role revoke",
         "Takes a role back.",
         {grant, note},
         [](Shell& shell, const Arguments& arguments) { return ChangeGrant(shell, arguments, "revoke"); }},
        {"token create",
         "Makes an API token; it is shown once.",
         {{"name", ArgumentKind::kRequired, "What it is for."},
          {"principal", ArgumentKind::kValue, "For this component; for yourself unless given."},
          {"role", ArgumentKind::kList, "Only with this role; with all unless given.", roles},
          {"expires-at", ArgumentKind::kValue, "Until when it works."}},
         TokenCreate},
        {"token list", "Lists API tokens.", {}, TokenList},
        {"token revoke",
         "Revokes an API token.",
         {{"token", ArgumentKind::kPositional, "Id of the token."}},
         TokenRevoke},
        {"whoami", "Shows who the token speaks for.", {}, WhoAmI},
    };
}

}  // namespace cli
