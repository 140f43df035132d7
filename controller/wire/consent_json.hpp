// The ledger of consents as the API, the store and the operations see it (specification, section 5; CHN-7).
// Value types; the functions are pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Consent {
    policy::RecordId id;
    policy::TenantId tenant;
    std::optional<policy::ReleaseId> release;  // none: for the channel
    std::optional<policy::Channel> channel;
    std::string given_by;
    std::string capacity;
    std::string evidence;
    platform::Time given_at{};
    std::optional<platform::Time> expires_at;
    std::string recorded_by;
    platform::Time recorded_at{};
    std::optional<platform::Time> withdrawn_at;
    std::optional<std::string> withdrawn_by;
    std::optional<std::string> withdrawn_reason;
};

enum class ConsentState : std::uint8_t { kInForce, kExpired, kWithdrawn };
ConsentState StateOf(const Consent& consent, platform::Time now);

/// A consent and what it is worth at a time.
struct ConsentView {
    Consent consent;
    ConsentState state = ConsentState::kInForce;
};

struct RecordConsent {
    std::optional<policy::ReleaseId> release;  // none: for the experimental channel
    std::string given_by;
    std::string capacity;
    std::string evidence;
    std::optional<platform::Time> given_at;  // none: now
    std::optional<platform::Time> expires_at;
};

struct WithdrawConsent {
    std::string reason;
};

std::string EncodeConsent(const ConsentView& view);
Decoded<RecordConsent> DecodeRecordConsent(const Document& document);
Decoded<WithdrawConsent> DecodeWithdrawConsent(const Document& document);

Schemas ConsentSchemas();

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::ConsentState> {
    static constexpr std::array<EnumName<wire::ConsentState>, 3> kNames{
        {{wire::ConsentState::kInForce, "in_force"},
         {wire::ConsentState::kExpired, "expired"},
         {wire::ConsentState::kWithdrawn, "withdrawn"}}};
};

}  // namespace platform
