#include "tenancy/wire/channel.hpp"

#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/canonical_scanner.hpp"
#include "platform/json/canonical_text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tenancy/wire/digest_json.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::size_t kLongText = 1000;
constexpr std::size_t kShortText = 200;
constexpr std::size_t kUsualReport = 512;
constexpr std::size_t kAroundDocument = 256;  // usual bytes of a message but for its document and quotes
/// A document as text in a document: every quote costs one byte more.
constexpr std::size_t kMaxMessageBytes = 2 * kMaxControlBytes;
constexpr platform::TextRule kShort{0, kShortText};
constexpr platform::TextRule kLong{0, kLongText};

/// Cut between characters; a reason may quote anything.
std::string Cut(const std::string& text, std::size_t most) {
    std::size_t end = 0;
    std::size_t characters = 0;
    while (end < text.size() && characters < most) {
        ++end;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        ++characters;
    }
    return text.substr(0, end);
}

OrderAnswer ReadAnswer(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    OrderAnswer answer;
    answer.generation = in.Integer("generation", 1, platform::kLargestInteger);
    answer.outcome = in.Text("outcome", {1, kShortText});
    answer.reason = in.Text("reason", kLong);
    in.Finish();
    return answer;
}

platform::Unexpected<FieldErrors> NoMessage(FieldErrors errors) {
    return platform::Unexpected<FieldErrors>(std::move(errors));
}

/// As EncodeReport writes it; nothing when it is written otherwise.
std::optional<Report> ScanReport(std::string_view text) {
    platform::CanonicalScanner in(text);
    Report report;
    in.Expect(R"({"agent":)");
    report.agent = in.Boolean();
    if (in.Accept(R"(,"answer":{"generation":)")) {
        OrderAnswer answer;
        answer.generation = in.Integer(1, platform::kLargestInteger);
        in.Expect(R"(,"outcome":)");
        answer.outcome = in.Text({1, kShortText});
        in.Expect(R"(,"reason":)");
        answer.reason = in.Text(kLong);
        in.Expect("}");
        report.answer = std::move(answer);
    }
    in.Expect(R"(,"boot_id":)");
    report.boot_id = in.Text(kShort);
    in.Expect(R"(,"enabled":)");
    report.enabled = in.Boolean();
    in.Expect(R"(,"generation":)");
    report.generation = in.Integer(0, platform::kLargestInteger - 1);
    in.Expect(R"(,"hosted":)");
    report.hosted = in.Boolean();
    in.Expect(R"(,"problem":)");
    report.problem = in.Text(kLong);
    in.Expect(R"(,"process_started_at":)");
    report.process_started_at = in.Instant();
    in.Expect(R"(,"program":)");
    report.program = in.Text(kShort);
    in.Expect(R"(,"rejected":)");
    report.rejected = in.Integer(0, platform::kLargestInteger);
    in.Expect(R"(,"sent_at":)");
    report.sent_at = in.Instant();
    in.Expect(R"(,"type":"report"})");
    return in.AtEnd() && text.size() <= kMaxReportBytes ? std::optional(std::move(report)) : std::nullopt;
}

/// As EncodeOrder writes it.
std::optional<Order> ScanOrder(std::string_view text) {
    platform::CanonicalScanner in(text);
    Order order;
    in.Expect(R"({"document":)");
    order.document = in.Text({1, kMaxControlBytes});
    in.Expect(R"(,"generation":)");
    order.generation = in.Integer(1, platform::kLargestInteger);
    in.Expect(R"(,"signature":)");
    order.signature = in.Text(kShort);
    in.Expect(R"(,"type":"order"})");
    return in.AtEnd() && text.size() <= kMaxMessageBytes ? std::optional(std::move(order)) : std::nullopt;
}

}  // namespace

// Written out: a fleet that was ordered something answers at once, and a processor may be beside many instances.
std::string EncodeReport(const Report& report) {
    std::string text;
    text.reserve(kUsualReport);
    const auto flag = [](bool value) { return value ? "true" : "false"; };
    text += R"({"agent":)";
    text += flag(report.agent);
    if (report.answer) {
        text += R"(,"answer":{"generation":)";
        text += std::to_string(report.answer->generation);
        text += R"(,"outcome":)";
        platform::AppendCanonicalText(text, report.answer->outcome);
        text += R"(,"reason":)";
        platform::AppendCanonicalText(text, Cut(report.answer->reason, kLongText));
        text += '}';
    }
    text += R"(,"boot_id":)";
    platform::AppendCanonicalText(text, Cut(report.boot_id, kShortText));
    text += R"(,"enabled":)";
    text += flag(report.enabled);
    text += R"(,"generation":)";
    text += std::to_string(report.generation);
    text += R"(,"hosted":)";
    text += flag(report.hosted);
    text += R"(,"problem":)";
    platform::AppendCanonicalText(text, Cut(report.problem, kLongText));
    text += R"(,"process_started_at":)";
    platform::AppendCanonicalText(text, platform::FormatTime(report.process_started_at));
    text += R"(,"program":)";
    platform::AppendCanonicalText(text, Cut(report.program, kShortText));
    text += R"(,"rejected":)";
    text += std::to_string(report.rejected);
    text += R"(,"sent_at":)";
    platform::AppendCanonicalText(text, platform::FormatTime(report.sent_at));
    text += R"(,"type":"report"})";
    return text;
}

platform::Expected<Report, FieldErrors> DecodeReport(std::string_view text) {
    if (auto written = ScanReport(text)) {
        return std::move(*written);
    }
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxReportBytes, .max_depth = 3});
    if (!json) {
        return NoMessage(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    Report report;
    if (in.Text("type") != "report") {
        in.Error("type", "must be report: that is all an instance sends");
    }
    report.boot_id = in.Text("boot_id", kShort);
    report.process_started_at = in.Instant("process_started_at");
    report.program = in.Text("program", kShort);
    report.agent = in.Boolean("agent");
    report.hosted = in.Boolean("hosted");
    report.enabled = in.Boolean("enabled");
    report.generation = in.Integer("generation", 0, platform::kLargestInteger - 1);
    report.rejected = in.Integer("rejected", 0, platform::kLargestInteger);
    report.problem = in.Text("problem", kLong);
    report.sent_at = in.Instant("sent_at");
    if (const Json* answer = in.OptionalObject("answer")) {
        report.answer = ReadAnswer(*answer, in.PointerTo("answer"), errors);
    }
    in.Finish();
    if (!errors.empty()) {
        return NoMessage(std::move(errors));
    }
    return report;
}

std::string EncodeWelcome(const Welcome& welcome) {
    return Json{{"type", "welcome"}, {"controller_key", welcome.controller_key}}.dump();
}

// Written out: a kill makes one for each instance of a fleet.
std::string EncodeOrder(const Order& order) {
    std::string text;
    text.reserve(order.document.size() + order.document.size() / 8 + kAroundDocument);
    text += R"({"document":)";
    platform::AppendCanonicalText(text, order.document);
    text += R"(,"generation":)";
    text += std::to_string(order.generation);
    text += R"(,"signature":)";
    platform::AppendCanonicalText(text, order.signature);
    text += R"(,"type":"order"})";
    return text;
}

platform::Expected<ControllerMessage, FieldErrors> DecodeControllerMessage(std::string_view text) {
    if (auto written = ScanOrder(text)) {
        return ControllerMessage(std::move(*written));
    }
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxMessageBytes, .max_depth = 3});
    if (!json) {
        return NoMessage(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    ControllerMessage message;
    const std::string type = in.Text("type");
    if (type == "order") {
        Order order;
        order.generation = in.Integer("generation", 1, platform::kLargestInteger);
        order.document = in.Text("document", {1, kMaxControlBytes});
        order.signature = in.Text("signature", {0, kShortText});
        message = std::move(order);
    } else if (type == "welcome") {
        message = Welcome{in.Text("controller_key", {1, 4096})};
    } else if (type == "verify") {
        message = ReadVerify(in, errors);
    } else if (auto rotation = ReadRotationMessage(type, in)) {
        std::visit([&message](auto& read) { message = std::move(read); }, *rotation);
    } else {
        in.Error("type", "must be a message of a controller, not " + platform::QuoteForMessage(type));
    }
    in.Finish();
    if (!errors.empty()) {
        return NoMessage(std::move(errors));
    }
    return message;
}

}  // namespace tenancy::wire
