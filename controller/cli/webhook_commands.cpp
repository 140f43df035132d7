// portcullis webhook ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kWebhookColumns = {{"webhook", "/id"},   {"name", "/name"},     {"url", "/url"},
                                             {"kinds", "/kinds"},  {"active", "/active"}, {"pending", "/pending"},
                                             {"given up", "/dead"}};
const std::vector<Column> kMadeWebhookColumns = {
    {"webhook", "/id"}, {"name", "/name"}, {"url", "/url"}, {"kinds", "/kinds"}, {"secret (shown once)", "/secret"}};
const std::vector<Column> kDeliveryColumns = {
    {"delivery", "/id"}, {"event", "/event"},       {"kind", "/kind"},       {"subject", "/subject"},
    {"state", "/state"}, {"attempts", "/attempts"}, {"next at", "/next_at"}, {"ended at", "/finished_at"}};

std::string WebhookPath(const Arguments& arguments) {
    return Path({"webhooks", arguments.Text("webhook")});
}

std::string DeliveryPath(const Arguments& arguments) {
    return WebhookPath(arguments) + "/deliveries/" + arguments.Text("delivery");
}

ExitCode WebhookAdd(Shell& shell, const Arguments& arguments) {
    Json body = {{"name", arguments.Text("name")}, {"url", arguments.Text("to")}};
    if (const auto& kinds = arguments.List("kind"); !kinds.empty()) {
        body["kinds"] = kinds;
    }
    shell.Out().One(shell.Api().Post("/v1/webhooks", body).body, kMadeWebhookColumns);
    return kExitOk;
}

ExitCode WebhookList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/webhooks"), kWebhookColumns);
    return kExitOk;
}

ExitCode WebhookShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(WebhookPath(arguments)).body, kWebhookColumns);
    return kExitOk;
}

ExitCode WebhookSet(Shell& shell, const Arguments& arguments) {
    Json body = Json::object();
    arguments.Into(body, "name");
    arguments.Into(body, "to", "url");
    if (const auto& kinds = arguments.List("kind"); !kinds.empty()) {
        body["kinds"] = kinds;
    }
    if (arguments.Flag("all-kinds")) {
        body["kinds"] = Json::array();
    }
    if (const auto active = arguments.Optional("active")) {
        body["active"] = *active == "yes";
    }
    if (body.empty()) {
        throw Failure(kExitUsage, "nothing is to be changed", "Give --name, --url, --kind, --all-kinds or --active.");
    }
    CallOptions options;
    options.if_match = shell.Api().Get(WebhookPath(arguments)).etag;
    shell.Out().One(shell.Api().Patch(WebhookPath(arguments), body, options).body, kWebhookColumns);
    return kExitOk;
}

ExitCode WebhookRotate(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post(WebhookPath(arguments) + ":rotate-secret", Json::object()).body,
                    kMadeWebhookColumns);
    return kExitOk;
}

ExitCode WebhookTest(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post(WebhookPath(arguments) + ":test", Json::object()).body, kWebhookColumns);
    return kExitOk;
}

ExitCode WebhookDeliveries(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (const auto state = arguments.Optional("state")) {
        query.emplace_back("state", *state);
    }
    shell.Out().List(shell.Api().GetAll(WebhookPath(arguments) + "/deliveries", query), kDeliveryColumns);
    return kExitOk;
}

ExitCode WebhookDelivery(Shell& shell, const Arguments& arguments) {
    const Json delivery = shell.Api().Get(DeliveryPath(arguments)).body;
    shell.Out().One(delivery, kDeliveryColumns);
    if (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown) {
        shell.Out().Text("");
        shell.Out().List(delivery.value("log", Json::array()), {{"at", "/ended_at"},
                                                                {"ms", "/duration_ms"},
                                                                {"status", "/status"},
                                                                {"error", "/error"},
                                                                {"controller", "/controller"}});
    }
    return kExitOk;
}

ExitCode WebhookRedeliver(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post(DeliveryPath(arguments) + ":redeliver", Json::object()).body, kDeliveryColumns);
    return kExitOk;
}

}  // namespace

std::vector<Command> WebhookCommands() {
    const Argument webhook = {"webhook", ArgumentKind::kPositional, "Id of the webhook."};
    const Argument delivery = {"delivery", ArgumentKind::kPositional, "Number of the delivery."};
    const Argument kinds = {"kind", ArgumentKind::kList,
                            "Kind of event, or incident. for all about incidents; none: all."};
    return {
        {"webhook add",
         "Subscribes a receiver to events; its secret is shown once.",
         {{"name", ArgumentKind::kRequired, "What it is called."},
          {"to", ArgumentKind::kRequired, "Where events are sent: https://..."},
          kinds},
         WebhookAdd},
        {"webhook list", "Lists webhooks.", {}, WebhookList},
        {"webhook show", "Shows a webhook.", {webhook}, WebhookShow},
        {"webhook set",
         "Changes a webhook, or switches it off.",
         {webhook,
          {"name", ArgumentKind::kValue, "What it is called."},
          {"to", ArgumentKind::kValue, "Where events are sent."},
          kinds,
          {"all-kinds", ArgumentKind::kFlag, "Wants every event."},
          {"active", ArgumentKind::kValue, "Whether events are sent to it.", {"yes", "no"}}},
         WebhookSet},
        {"webhook rotate-secret", "Gives a webhook a new secret; both sign for a day.", {webhook}, WebhookRotate},
        {"webhook test", "Sends an event to this webhook alone.", {webhook}, WebhookTest},
        {"webhook deliveries",
         "Lists deliveries, newest first.",
         {webhook, {"state", ArgumentKind::kValue, "Only in this state.", {"pending", "delivered", "dead"}}},
         WebhookDeliveries},
        {"webhook delivery", "Shows a delivery with what was tried.", {webhook, delivery}, WebhookDelivery},
        {"webhook redeliver", "Delivers an event once more.", {webhook, delivery}, WebhookRedeliver},
    };
}

}  // namespace cli
