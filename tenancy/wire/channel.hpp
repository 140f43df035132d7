// The messages between a controller and an instance, over the channel that the instance opened.
//
// Instance to controller, one kind: how it stands, sent when the channel opens, every few seconds, when its switch
// moved and after each order, then with its answer to that order.
//   {"type":"report","boot_id":"boot_...","process_started_at":"...","program":"pulsed 0.1.0","agent":false,
//    "hosted":false,"enabled":false,"generation":42,"rejected":0,"problem":"","sent_at":"...",
//    "answer":{"generation":42,"outcome":"applied","reason":""}}
// What an instance says about time is by its own clock, which may be off by hours: an age is `sent_at` minus the time.
// Controller to instance:
//   {"type":"welcome","controller_key":"-----BEGIN PUBLIC KEY-----..."}     only when it was just let in
//   {"type":"order","generation":42,"document":"{...}","signature":"..."}
//   {"type":"verify",...}, answered by {"type":"evidence",...}: evidence.hpp
// and those of rotation.hpp, in both directions.
// The generation beside a document only names it in the answer; what counts is inside, where the signature covers it.
//
// Strict: unknown fields, missing fields and wrong types are no message. Pure; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"
#include "tenancy/wire/evidence.hpp"
#include "tenancy/wire/rotation.hpp"

namespace tenancy::wire {

/// Where the channel is on the controller's listener for instances.
constexpr std::string_view kChannelPath = "/fleet/v1/channel";
/// Header of the handshake with which a new instance says the SHA-256 (hex) of the credential it has made.
constexpr std::string_view kNewCredentialHeader = "Portcullis-New-Credential";
constexpr std::string_view kEnrolmentPrefix = "pce_";
constexpr std::string_view kCredentialPrefix = "pci_";
constexpr std::size_t kMaxReportBytes = 16 * 1024;

struct OrderAnswer {
    std::int64_t generation = 0;  // as it stood beside the document
    std::string outcome;          // as link::AcceptOutcome, or "failed": taken, and could not be put into effect
    std::string reason;
};

struct Report {
    std::string boot_id;
    Time process_started_at;
    std::string program;
    bool agent = false;  // it speaks for a process beside it, which boot id, start and switch are those of
    bool hosted = false;
    bool enabled = false;
    std::int64_t generation = 0;
    std::int64_t rejected = 0;
    std::string problem;
    Time sent_at;
    std::optional<OrderAnswer> answer;
};

struct Welcome {
    std::string controller_key;  // PEM
};

struct Order {
    std::int64_t generation = 0;
    std::string document;
    std::string signature;
};

using ControllerMessage = std::variant<Welcome, Order, VerifyRequest, NextKey, RotateCredential, CredentialRegistered>;

/// Texts that are too long for a report are cut.
std::string EncodeReport(const Report& report);
platform::Expected<Report, platform::FieldErrors> DecodeReport(std::string_view text);
std::string EncodeWelcome(const Welcome& welcome);
std::string EncodeOrder(const Order& order);
platform::Expected<ControllerMessage, platform::FieldErrors> DecodeControllerMessage(std::string_view text);

}  // namespace tenancy::wire
