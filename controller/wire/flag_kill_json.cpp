#include "controller/wire/flag_kill_json.hpp"

#include "controller/wire/reading.hpp"
#include "platform/base/text.hpp"

namespace wire {

using platform::FormatTime;
using platform::Json;

namespace {

constexpr std::chrono::hours kLongestFlagWatch{24 * 7};

}  // namespace

Decoded<FlagOrder> DecodeFlagOrder(const Document& document) {
    platform::FieldErrors errors;
    FlagOrder out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.reason = ReadProse(in, "reason", {.min = 0, .max = 2000});
    out.verify = in.OptionalBoolean("verify").value_or(true);
    if (const auto text = in.OptionalText("watch_for", {.min = 1, .max = 20})) {
        const auto span = *text == "0s" ? std::optional(platform::Duration{}) : platform::ParseDuration(*text);
        if (!span || *span < platform::Duration{} || *span > kLongestFlagWatch) {
            in.Error("watch_for", "must be a span from 0s (no watch) to 7d, not " + platform::QuoteForMessage(*text));
        } else if (!out.verify && *span > platform::Duration{}) {
            in.Error("watch_for", "needs verify: an instance is watched once it is verified");
        } else {
            out.watch_for = *span;
        }
    }
    if (!out.verify) {
        out.watch_for = platform::Duration{};
    }
    in.Finish();
    return ValueOrErrors(std::move(out), std::move(errors));
}

std::string EncodeFlagKill(const FlagKill& kill) {
    return Json{{"flag", kill.flag},
                {"operation", kill.operation},
                {"reason", kill.reason},
                {"killed_by", kill.killed_by},
                {"killed_at", FormatTime(kill.killed_at)}}
        .dump();
}

std::string EncodeFlagApproval(const FlagApproval& approval) {
    return Json{{"id", approval.id},
                {"flag", approval.flag},
                {"reason", approval.reason},
                {"approved_by", approval.approved_by},
                {"approved_at", FormatTime(approval.approved_at)},
                {"expires_at", FormatTime(approval.expires_at)}}
        .dump();
}

Schemas FlagKillSchemas() {
    return {
        {"FlagOrder",
         R"({"type":"object","required":["reason"],
             "properties":{
               "reason":{"type":"string","maxLength":2000},
               "verify":{"type":"boolean","description":"whether instances are verified once they have applied it"},
               "watch_for":{"type":"string","description":"how long they are watched after that, a span to 7d; 30m when left out, 0s: not at all"}}})",
         R"({"reason":"wrong totals on the roster"})"},
        {"FlagKill",
         R"({"type":"object","required":["flag","operation","reason","killed_by","killed_at"],
             "properties":{"flag":{"type":"string"},"operation":{"$ref":"Id"},"reason":{"type":"string"},
               "killed_by":{"$ref":"Id"},"killed_at":{"$ref":"Instant"}}})",
         ""},
        {"FlagApproval",
         R"({"type":"object","required":["id","flag","reason","approved_by","approved_at","expires_at"],
             "properties":{"id":{"$ref":"Id"},"flag":{"type":"string"},"reason":{"type":"string"},
               "approved_by":{"$ref":"Id"},"approved_at":{"$ref":"Instant"},"expires_at":{"$ref":"Instant"}}})",
         ""},
    };
}

}  // namespace wire
