// portcullis apply: submits or updates what a file declares, and says for each part what became of it.

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/wire/bundle.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan_json.hpp"

namespace cli {
namespace {

void ApplyTenant(Shell& shell, const Json& tenant, Json& report) {
    const std::string id = tenant.value("id", "");
    const auto found = shell.Api().Find(Path({"tenants", id}));
    if (!found) {
        shell.Api().Post("/v1/tenants", tenant);
        report.push_back({{"kind", "tenant"}, {"id", id}, {"outcome", "created"}});
        return;
    }
    Json changes = Json::object();
    for (const auto& [field, value] : tenant.items()) {
        if (field != "id" && (!found->body.contains(field) || found->body[field] != value)) {
            changes[field] = value;
        }
    }
    if (changes.empty()) {
        report.push_back({{"kind", "tenant"}, {"id", id}, {"outcome", "unchanged"}});
        return;
    }
    CallOptions options;
    options.if_match = found->etag;
    shell.Api().Patch(Path({"tenants", id}), changes, options);
    report.push_back({{"kind", "tenant"}, {"id", id}, {"outcome", "changed"}, {"changes", changes}});
}

void ApplyConsent(Shell& shell, const std::string& tenant, const Json& body, Json& report) {
    for (const Json& item : shell.Api().GetAll(Path({"tenants", tenant, "consents"}))) {
        const auto fields = body.items();
        const bool same = std::all_of(fields.begin(), fields.end(), [&](const auto& field) {
            return item.contains(field.key()) && item[field.key()] == field.value();
        });
        if (same && !item.contains("withdrawn_at")) {
            report.push_back({{"kind", "consent"}, {"id", item.value("id", "")}, {"outcome", "unchanged"}});
            return;
        }
    }
    const Answer made = shell.Api().Post(Path({"tenants", tenant, "consents"}), body);
    report.push_back({{"kind", "consent"}, {"id", made.body.value("id", "")}, {"outcome", "created"}});
}

void ApplyManifest(Shell& shell, const Json& manifest, Json& report) {
    const std::string id = manifest.value("id", "");
    const auto found = shell.Api().Find(Path({"releases", id, "manifest"}));
    if (!found) {
        shell.Api().Post("/v1/releases", manifest);
        report.push_back({{"kind", "release"}, {"id", id}, {"outcome", "created"}, {"revision", 1}});
        return;
    }
    CallOptions options;
    options.if_match = found->etag;
    const std::int64_t before = shell.Api().Get(Path({"releases", id})).body.value("revision", std::int64_t{0});
    shell.Api().Put(Path({"releases", id, "manifest"}), manifest, options);
    const std::int64_t after = shell.Api().Get(Path({"releases", id})).body.value("revision", std::int64_t{0});
    Json entry = {
        {"kind", "release"}, {"id", id}, {"outcome", before == after ? "unchanged" : "changed"}, {"revision", after}};
    if (before != after) {
        entry["changes"] = shell.Api()
                               .Get(Path({"releases", id, "revisions", std::to_string(after), "diff"}))
                               .body.value("changes", Json::array());
    }
    report.push_back(entry);
}

void ApplyPlan(Shell& shell, const std::string& id, const Json& plan, Json& report) {
    const std::string path = Path({"releases", id, "exposure-plan"});
    CallOptions options;
    std::int64_t before = 0;
    if (const auto found = shell.Api().Find(path)) {
        options.if_match = found->etag;
        before = found->body.value("revision", std::int64_t{0});
    } else {
        options.if_match = shell.Api().Get(Path({"releases", id})).etag;  // the first plan is a change of the release
    }
    const Answer set = shell.Api().Put(path, plan, options);
    const std::int64_t after = set.body.value("revision", std::int64_t{0});
    report.push_back({{"kind", "exposure_plan"},
                      {"id", id},
                      {"outcome", before == 0       ? "created"
                                  : before == after ? "unchanged"
                                                    : "changed"},
                      {"revision", after}});
}

/// A bundle, or a bare manifest. Everything is checked before the first call, so that a typing error in the last line
/// does not leave half of the file applied.
wire::ReleaseBundle ReadBundle(const std::string& file) {
    const std::string text = ReadInput(file);
    const auto fail = [&](const platform::FieldErrors& errors) {
        std::string message = file + " cannot be applied:";
        for (const platform::FieldError& error : errors) {
            message += "\n  " + (error.pointer.empty() ? std::string() : error.pointer + ": ") + error.message;
        }
        throw Failure(kExitUsage, message);
    };
    const auto document = platform::ParseYaml(text, wire::kManifestLimits);
    if (!document) {
        fail(document.error());
    }
    if (document->is_object() && !document->contains("manifest")) {
        auto manifest = wire::DecodeManifestJson(*document);
        if (!manifest) {
            fail(manifest.error());
        }
        return {std::move(*manifest), std::nullopt, {}, {}};
    }
    auto bundle = wire::DecodeBundle(text);
    if (!bundle) {
        fail(bundle.error());
    }
    return std::move(*bundle);
}

/// Order matters: a plan may only name tenants that exist, a consent may name the release.
ExitCode Apply(Shell& shell, const Arguments& arguments) {
    std::vector<wire::ReleaseBundle> bundles;
    for (const std::string& file : arguments.List("file")) {
        bundles.push_back(ReadBundle(file));
    }
    Json report = Json::array();
    for (const wire::ReleaseBundle& bundle : bundles) {
        for (const wire::RegisterTenant& tenant : bundle.tenants) {
            ApplyTenant(shell, Json::parse(wire::EncodeTenantRequest(tenant)), report);
        }
        ApplyManifest(shell, wire::ManifestToJson(bundle.manifest), report);
        for (const wire::BundleConsent& consent : bundle.consents) {
            ApplyConsent(shell, consent.tenant.Text(),
                         Json::parse(wire::EncodeConsentRequest(consent, bundle.manifest.id)), report);
        }
        if (bundle.plan) {
            ApplyPlan(shell, bundle.manifest.id, wire::PlanToJson(*bundle.plan), report);
        }
    }
    shell.Out().List(report, {{"kind", "/kind"}, {"id", "/id"}, {"outcome", "/outcome"}, {"revision", "/revision"}});
    // Machines find the changes in the report itself.
    for (const Json& entry : report) {
        if (entry.contains("changes") &&
            (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown)) {
            shell.Out().Text("\n");
            shell.Out().List(entry["changes"], kChangeColumns);
        }
    }
    return kExitOk;
}

}  // namespace

std::vector<Command> ApplyCommands() {
    return {{"apply",
             "Submits or updates what a file declares (manifest, exposure plan, tenants, consents); repeatable.",
             {{"file", ArgumentKind::kList, "YAML or JSON file; - is standard input."}},
             [](Shell& shell, const Arguments& arguments) {
                 if (arguments.List("file").empty()) {
                     throw Failure(kExitUsage, "--file is missing", "portcullis apply --file release.yaml");
                 }
                 return Apply(shell, arguments);
             }}};
}

}  // namespace cli
