#include "controller/wire/webhook_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::FormatTime;
using platform::Json;

constexpr std::size_t kMostKinds = 50;
constexpr std::size_t kInstallationDigits = 12;

/// "incident.opened", or "incident." for everything about incidents.
bool IsEventKind(const std::string& text) {
    const bool known = std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
    return known && !text.starts_with('.') && text.find("..") == std::string::npos &&
           text.find('.') != std::string::npos;
}

void CheckUrl(platform::ObjectReader& in, const std::string& url) {
    const bool secure = url.starts_with("https://");
    const std::size_t host = secure ? 8 : 7;
    const bool printable = std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
    if ((!secure && !url.starts_with("http://")) || !printable || url.size() <= host || url[host] == '/') {
        in.Error("url", "must be an http or https address such as https://hooks.example.com/portcullis");
    } else if (url.find('@') != std::string::npos) {
        in.Error("url", "must not hold a name and password; deliveries are signed instead");
    } else if (url.find('#') != std::string::npos) {
        in.Error("url", "must not hold a fragment (#), which is never sent");
    }
}

std::vector<std::string> ReadKinds(platform::ObjectReader& in) {
    std::vector<std::string> kinds = in.OptionalTextList("kinds", kMostKinds, {.min = 2, .max = 80});
    for (const std::string& kind : kinds) {
        if (!IsEventKind(kind)) {
            in.Error("kinds",
                     "holds '" + kind + "'; write a kind such as incident.opened, or incident. for all of them");
        }
    }
    return kinds;
}

}  // namespace

std::string EventId(const std::string& installation, std::int64_t seq) {
    std::string digits;
    for (const char c : installation) {
        if (c != '-' && digits.size() < kInstallationDigits) {
            digits += c;
        }
    }
    return "evt_" + digits + "_" + std::to_string(seq);
}

std::string EncodeCloudEvent(const EventMessage& event) {
    Json json = {{"specversion", "1.0"},
                 {"id", event.id},
                 {"source", "urn:uuid:" + event.installation},
                 {"type", "portcullis." + event.kind},
                 {"subject", event.subject},
                 {"time", FormatTime(event.at)},
                 {"datacontenttype", "application/json"},
                 {"data", Json::parse(event.data)}};
    if (event.simulated_clock) {
        json["simulatedclock"] = true;
    }
    return json.dump();
}

std::string EncodeWebhook(const Webhook& webhook) {
    Json json = {{"id", webhook.id},
                 {"name", webhook.name},
                 {"url", webhook.url},
                 {"kinds", webhook.kinds},
                 {"active", webhook.active},
                 {"created_by", webhook.created_by},
                 {"created_at", FormatTime(webhook.created_at)},
                 {"pending", webhook.pending},
                 {"dead", webhook.dead}};
    if (!webhook.secret.empty()) {
        json["secret"] = webhook.secret;
    }
    return json.dump();
}

std::string EncodeDelivery(const Delivery& delivery) {
    Json log = Json::array();
    for (const DeliveryAttempt& attempt : delivery.log) {
        Json line = {{"ended_at", FormatTime(attempt.ended_at)},
                     {"duration_ms", attempt.duration_ms},
                     {"controller", attempt.controller}};
        if (attempt.status) {
            line["status"] = *attempt.status;
        }
        if (!attempt.error.empty()) {
            line["error"] = attempt.error;
        }
        log.push_back(std::move(line));
    }
    Json json = {{"id", delivery.id},
                 {"webhook", delivery.webhook},
                 {"event", delivery.event},
                 {"kind", delivery.kind},
                 {"subject", delivery.subject},
                 {"state", delivery.state},
                 {"attempts", delivery.attempts},
                 {"created_at", FormatTime(delivery.created_at)},
                 {"log", std::move(log)}};
    PutOptional(json, "next_at", delivery.next_at);
    PutOptional(json, "finished_at", delivery.finished_at);
    return json.dump();
}

Decoded<NewWebhook> DecodeNewWebhook(const Document& document) {
    return ReadObject<NewWebhook>(document, [](platform::ObjectReader& in, NewWebhook& out) {
        out.name = ReadLine(in, "name", kNameRule);
        out.url = in.Text("url", {.min = 8, .max = 2000});
        if (!out.url.empty()) {
            CheckUrl(in, out.url);
        }
        out.kinds = ReadKinds(in);
    });
}

Decoded<ChangeWebhook> DecodeChangeWebhook(const Document& document) {
    return ReadObject<ChangeWebhook>(document, [](platform::ObjectReader& in, ChangeWebhook& out) {
        out.name = ReadOptionalLine(in, "name", kNameRule);
        out.url = in.OptionalText("url", {.min = 8, .max = 2000});
        if (out.url) {
            CheckUrl(in, *out.url);
        }
        if (in.Has("kinds")) {
            out.kinds = ReadKinds(in);
        }
        out.active = in.OptionalBoolean("active");
    });
}

Schemas WebhookSchemas() {
    return {
        {"Webhook",
         R"({"type":"object","required":["id","name","url","kinds","active","created_by","created_at","pending","dead"],
             "properties":{"id":{"$ref":"Id"},"name":{"type":"string"},"url":{"type":"string"},
               "kinds":{"type":"array","items":{"type":"string"},"description":"none: all"},
               "active":{"type":"boolean"},"created_by":{"$ref":"Id"},"created_at":{"$ref":"Instant"},
               "pending":{"type":"integer","description":"deliveries that have not ended"},
               "dead":{"type":"integer","description":"deliveries that were given up"},
               "secret":{"type":"string","description":"shown once, in the answer that makes it"}}})",
         ""},
        {"NewWebhook",
         R"({"type":"object","required":["name","url"],
             "properties":{"name":{"type":"string","minLength":1,"maxLength":200},
               "url":{"type":"string","minLength":8,"maxLength":2000},
               "kinds":{"type":"array","maxItems":50,"items":{"type":"string","minLength":2,"maxLength":80}}}})",
         R"({"name":"On call","url":"https://hooks.example.com/portcullis","kinds":["release.promoted","release.rolled_back"]})"},
        {"ChangeWebhook",
         R"({"type":"object",
             "properties":{"name":{"type":"string","minLength":1,"maxLength":200},
               "url":{"type":"string","minLength":8,"maxLength":2000},
               "kinds":{"type":"array","maxItems":50,"items":{"type":"string","minLength":2,"maxLength":80}},
               "active":{"type":"boolean"}}})",
         R"({"active":false})"},
        {"Delivery",
         R"({"type":"object","required":["id","webhook","event","kind","subject","state","attempts","created_at","log"],
             "properties":{"id":{"type":"integer"},"webhook":{"$ref":"Id"},
               "event":{"type":"string","description":"the id that the receiver sees, at every attempt"},
               "kind":{"type":"string"},"subject":{"type":"string"},
               "state":{"type":"string","enum":["pending","delivered","dead"]},"attempts":{"type":"integer"},
               "created_at":{"$ref":"Instant"},"next_at":{"$ref":"Instant"},"finished_at":{"$ref":"Instant"},
               "log":{"type":"array","items":{"type":"object","required":["ended_at","duration_ms","controller"],
                 "properties":{"ended_at":{"$ref":"Instant"},"duration_ms":{"type":"integer"},
                   "status":{"type":"integer"},"error":{"type":"string"},"controller":{"type":"string"}}}}}})",
         ""},
    };
}

}  // namespace wire
