// Webhooks and deliveries as the API and the operations see them, and events as receivers get them: CloudEvents 1.0 in
// the structured JSON form. Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Webhook {
    std::string id;
    std::string name;
    std::string url;
    std::vector<std::string> kinds;  // none: all
    bool active = true;
    std::string created_by;
    platform::Time created_at{};
    std::int64_t pending = 0;
    std::int64_t dead = 0;
    std::string secret = {};  // only in the answer that makes it
    std::int64_t version = 1;
};

struct NewWebhook {
    std::string name;
    std::string url;
    std::vector<std::string> kinds;
};

struct ChangeWebhook {
    std::optional<std::string> name;
    std::optional<std::string> url;
    std::optional<std::vector<std::string>> kinds;
    std::optional<bool> active;
};

struct DeliveryAttempt {
    platform::Time ended_at{};
    std::int64_t duration_ms = 0;
    std::optional<std::int64_t> status;
    std::string error;
    std::string controller;
};

struct Delivery {
    std::int64_t id = 0;
    std::string webhook;
    std::string event;  // the CloudEvent's id
    std::string kind;
    std::string subject;
    std::string state;  // pending, delivered, dead
    std::int64_t attempts = 0;
    platform::Time created_at{};
    std::optional<platform::Time> next_at;  // while pending
    std::optional<platform::Time> finished_at;
    std::vector<DeliveryAttempt> log;
};

struct EventMessage {
    std::string id;
    std::string installation;  // a UUID
    std::string kind;          // "incident.opened"
    std::string subject;
    platform::Time at{};
    std::string data;  // a JSON object
    bool simulated_clock = false;
};

/// "evt_3f2a9c1d04be_17": the same for every receiver and every attempt.
std::string EventId(const std::string& installation, std::int64_t seq);
std::string EncodeCloudEvent(const EventMessage& event);

std::string EncodeWebhook(const Webhook& webhook);
std::string EncodeDelivery(const Delivery& delivery);
Decoded<NewWebhook> DecodeNewWebhook(const Document& document);
Decoded<ChangeWebhook> DecodeChangeWebhook(const Document& document);

Schemas WebhookSchemas();

}  // namespace wire
