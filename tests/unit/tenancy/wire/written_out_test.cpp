// Messages that come by the thousand are read as they are written, and in every other form as any JSON: what is
// accepted and what it says is the same.
#include <gtest/gtest.h>

#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tenancy/wire/message_type.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::wire::ControlDocument;
using tenancy::wire::DecodeControlDocument;
using tenancy::wire::DecodeControllerMessage;
using tenancy::wire::DecodeReport;
using tenancy::wire::EncodeOrder;
using tenancy::wire::Report;

/// The same document, and not as it is written.
std::string Spaced(const std::string& text) {
    return " " + text;
}

/// Written anew; nothing when it is refused.
std::optional<std::string> ReportIn(const std::string& text) {
    const auto report = DecodeReport(text);
    return report ? std::optional(EncodeReport(*report)) : std::nullopt;
}

std::optional<std::string> OrderIn(const std::string& text) {
    const auto message = DecodeControllerMessage(text);
    const auto* const order = message ? std::get_if<tenancy::wire::Order>(&*message) : nullptr;
    return order != nullptr ? std::optional(EncodeOrder(*order)) : std::nullopt;
}

/// `text`, and each that differs from it a little.
template <typename Look>
void ForNearMisses(const std::string& text, const Look& look) {
    look(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char c : {'"', '\\', '0', '9', 'n', ' ', ',', '}', '\n', '\x7F', '\xC3'}) {
            std::string other = text;
            other[at] = c;
            look(other);
            other.insert(at, 1, text[at]);
            look(other);
        }
        std::string shorter = text;
        look(shorter.erase(at, 1));
        look(text.substr(0, at));
    }
}

Report AReport() {
    Report report;
    report.boot_id = "boot_1";
    report.process_started_at = Noon();
    report.program = "pulsed \"1.0\"";
    report.enabled = true;
    report.generation = 42;
    report.rejected = 3;
    report.sent_at = Noon() + std::chrono::microseconds(125);
    report.answer = tenancy::wire::OrderAnswer{42, "not_stored", "the disk C:\\ is full"};
    return report;
}

TEST(Reports, SayTheSameHoweverTheyAreWritten) {
    Report report = AReport();
    for (const bool answered : {true, false}) {
        if (!answered) {
            report.answer.reset();
        }
        const std::string text = EncodeReport(report);
        EXPECT_EQ(ReportIn(text), text);
        ForNearMisses(text, [](const std::string& one) { ASSERT_EQ(ReportIn(one), ReportIn(Spaced(one))) << one; });
    }
}

TEST(Reports, HaveTheSameBoundsHoweverTheyAreWritten) {
    const auto expect = [](const Report& report, bool good) {
        std::string text = EncodeReport(report);
        EXPECT_EQ(DecodeReport(text).has_value(), good) << text;
        EXPECT_EQ(DecodeReport(Spaced(text)).has_value(), good) << text;
    };
    Report report = AReport();
    report.generation = 9007199254740990;
    report.rejected = 9007199254740991;
    report.problem = "Grüße, \xF0\x9F\x98\x80, und\teine Zeile\n";
    expect(report, true);
    report.generation = 9007199254740991;
    expect(report, false);
    report = AReport();
    report.answer->generation = 0;
    expect(report, false);
    report = AReport();
    report.answer->outcome.clear();
    expect(report, false);
    report = AReport();
    report.problem = std::string(1000, 'x');
    report.answer->reason = std::string(1000, 'y');
    report.program = std::string(200, 'z');
    expect(report, true);
    report.problem = "a\x01";
    expect(report, false);
    report.problem.clear();
    report.rejected = -1;
    expect(report, false);
}

TEST(Orders, SayTheSameHoweverTheyAreWritten) {
    ControlDocument document;
    document.instance = "pulse-1";
    document.generation = 7;
    document.reason = "Grüße";
    const std::string text = EncodeOrder({7, EncodeControlDocument(document), "signature"});
    EXPECT_EQ(OrderIn(text), text);
    ForNearMisses(text, [](const std::string& one) { ASSERT_EQ(OrderIn(one), OrderIn(Spaced(one))) << one; });
    EXPECT_FALSE(OrderIn(EncodeOrder({0, "document", "signature"})));
    EXPECT_FALSE(OrderIn(EncodeOrder({1, "", "signature"})));
    EXPECT_FALSE(OrderIn(EncodeOrder({1, "document", std::string(201, 's')})));
    const std::string large(tenancy::wire::kMaxControlBytes, 'd');
    EXPECT_TRUE(OrderIn(EncodeOrder({1, large, "signature"})));
    EXPECT_FALSE(OrderIn(EncodeOrder({1, large + "d", "signature"})));
}

/// One with a line feed in its reason is read as any JSON.
TEST(ControlDocuments, SayTheSameHoweverTheyAreRead) {
    const auto expect = [](ControlDocument document, bool good) {
        for (const char* more : {"", "\n"}) {
            document.reason += more;
            const std::string text = EncodeControlDocument(document);
            const auto read = DecodeControlDocument(text);
            ASSERT_EQ(read.has_value(), good) << text;
            ASSERT_TRUE(!good || *read == document) << text;
        }
    };
    ControlDocument document;
    document.instance = "pulse-1";
    document.generation = 7;
    document.issued_at = Noon() + std::chrono::milliseconds(5);
    document.mode = tenancy::wire::ApplyMode::kRestart;
    document.operation = "op_\"1\"";
    expect(document, true);
    document.flags["B_ENABLED"] = {true, {}, false};
    document.flags["A_ENABLED"] = {false, {"acme", "Grün"}, true};
    document.flags["C_ENABLED"].enabled_orgs.assign(5'000, "organization");
    expect(document, true);
    document.flags["A_ENABLED"].enabled_orgs.push_back("");
    expect(document, false);
    document.flags["A_ENABLED"].enabled_orgs = {std::string(201, 'o')};
    expect(document, false);
    document.flags = {{"", {}}};
    expect(document, false);
    document.flags.clear();
    document.instance = std::string(201, 'i');
    expect(document, false);
    document.instance = "pulse-1";
    document.reason = std::string(1999, 'r');
    expect(document, true);
    document.reason = std::string(2001, 'r');
    expect(document, false);
    document.reason.clear();
    document.generation = 0;
    expect(document, false);
}

TEST(ControlDocuments, AreReadOnlyAsTheyAreWritten) {
    ControlDocument document;
    document.instance = "pulse-1";
    document.generation = 7;
    document.issued_at = Noon();
    document.operation = "op_1";
    document.flags["A_ENABLED"] = {false, {"acme"}, true};
    document.flags["B_ENABLED"] = {false, {}, true};
    ForNearMisses(EncodeControlDocument(document), [](const std::string& one) {
        const auto read = DecodeControlDocument(one);
        ASSERT_TRUE(!read || EncodeControlDocument(*read) == one) << one;
    });
    const std::string text = EncodeControlDocument(document);
    for (const char* name : {"C_ENABLED", "B_ENABLED"}) {
        std::string other = text;
        EXPECT_FALSE(DecodeControlDocument(other.replace(other.find("A_ENABLED"), 9, name))) << other;
    }
}

TEST(MessageTypes, AreFoundAtTheEnd) {
    using tenancy::wire::MessageType;
    EXPECT_EQ(MessageType(EncodeReport(AReport())), "report");
    EXPECT_EQ(MessageType(R"({"a":{"type":"inner"},"type":"report"})"), "report");
    EXPECT_EQ(MessageType(R"({"a":"\",\"type\":\"inner\"}","type":"report"})"), "report");
    EXPECT_EQ(MessageType(R"({"a":1,"type":"a b"})"), "a b");
    for (const char* none : {R"({,"type":"})", R"("type":"report"})", R"([1,"type":"report"})", R"({"x":["type":"a"})",
                             R"({"type":1,"type":"report"})"}) {
        EXPECT_EQ(MessageType(none), std::nullopt) << none;
    }
}

}  // namespace
}  // namespace tenancy_test
