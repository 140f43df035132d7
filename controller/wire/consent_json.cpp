#include "controller/wire/consent_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {

ConsentState StateOf(const Consent& consent, platform::Time now) {
    if (consent.withdrawn_at) {
        return ConsentState::kWithdrawn;
    }
    return consent.expires_at && *consent.expires_at <= now ? ConsentState::kExpired : ConsentState::kInForce;
}

std::string EncodeConsent(const ConsentView& view) {
    const Consent& consent = view.consent;
    platform::Json json{{"id", consent.id.Text()},
                        {"tenant", consent.tenant.Text()},
                        {"given_by", consent.given_by},
                        {"capacity", consent.capacity},
                        {"evidence", consent.evidence},
                        {"given_at", platform::FormatTime(consent.given_at)},
                        {"recorded_by", consent.recorded_by},
                        {"recorded_at", platform::FormatTime(consent.recorded_at)},
                        {"state", platform::EnumText(view.state)}};
    if (consent.release) {
        json["release"] = consent.release->Text();
    }
    if (consent.channel) {
        json["channel"] = platform::EnumText(*consent.channel);
    }
    PutOptional(json, "expires_at", consent.expires_at);
    PutOptional(json, "withdrawn_at", consent.withdrawn_at);
    PutOptional(json, "withdrawn_by", consent.withdrawn_by);
    PutOptional(json, "withdrawn_reason", consent.withdrawn_reason);
    return json.dump();
}

Decoded<RecordConsent> DecodeRecordConsent(const Document& document) {
    return ReadObject<RecordConsent>(document, [](platform::ObjectReader& in, RecordConsent& out) {
        out.release = ReadOptionalId<policy::ReleaseId>(in, "release");
        const auto channel = in.OptionalEnum<policy::Channel>("channel");
        if (in.Has("release") == in.Has("channel")) {
            in.Error("release", "name either the release or the channel that the consent is for");
        } else if (channel && *channel != policy::Channel::kExperimental) {
            in.Error("channel", "must be experimental: no other channel asks for consent");
        }
        out.given_by = ReadLine(in, "given_by", kNameRule);
        out.capacity = ReadLine(in, "capacity", kNameRule);
        out.evidence = ReadProse(in, "evidence");
        out.given_at = in.OptionalInstant("given_at");
        out.expires_at = in.OptionalInstant("expires_at");
    });
}

Decoded<WithdrawConsent> DecodeWithdrawConsent(const Document& document) {
    return ReadObject<WithdrawConsent>(
        document, [](platform::ObjectReader& in, WithdrawConsent& out) { out.reason = ReadProse(in, "reason"); });
}

Schemas ConsentSchemas() {
    return {
        {"ConsentState", EnumSchema<ConsentState>(), ""},
        {"Consent",
         R"({"type":"object",
             "required":["id","tenant","given_by","capacity","evidence","given_at","recorded_by","recorded_at","state"],
             "properties":{
               "id":{"$ref":"Id"},
               "tenant":{"$ref":"Id"},
               "release":{"$ref":"Id"},
               "channel":{"$ref":"Channel"},
               "given_by":{"type":"string"},
               "capacity":{"type":"string"},
               "evidence":{"type":"string"},
               "given_at":{"$ref":"Instant"},
               "expires_at":{"$ref":"Instant"},
               "recorded_by":{"$ref":"Id"},
               "recorded_at":{"$ref":"Instant"},
               "withdrawn_at":{"$ref":"Instant"},
               "withdrawn_by":{"type":"string"},
               "withdrawn_reason":{"type":"string"},
               "state":{"$ref":"ConsentState"}}})",
         R"({"id":"cns_01JHG2V8M0000000000000000","tenant":"acme","channel":"experimental",
             "given_by":"Joan Owner","capacity":"head of IT","evidence":"signed form of 2025-01-13, archive no. 41",
             "given_at":"2025-01-13T15:00:00Z","recorded_by":"rita.release","recorded_at":"2025-01-14T09:00:00Z",
             "state":"in_force"})"},
        {"RecordConsent",
         R"({"type":"object","required":["given_by","capacity","evidence"],
             "description":"For one release, or for the experimental channel.",
             "properties":{
               "release":{"$ref":"Id"},
               "channel":{"type":"string","enum":["experimental"]},
               "given_by":{"type":"string","minLength":1,"maxLength":200},
               "capacity":{"type":"string","minLength":1,"maxLength":200},
               "evidence":{"type":"string","minLength":1,"maxLength":4000},
               "given_at":{"$ref":"Instant"},
               "expires_at":{"$ref":"Instant"}}})",
         R"({"channel":"experimental","given_by":"Joan Owner","capacity":"head of IT",
             "evidence":"signed form of 2025-01-13, archive no. 41"})"},
        {"WithdrawConsent",
         R"({"type":"object","required":["reason"],
             "properties":{"reason":{"type":"string","minLength":1,"maxLength":4000}}})",
         R"({"reason":"The tenant asked for it in writing."})"},
    };
}

}  // namespace wire
