#include "controller/wire/audit_entry.hpp"

#include <gtest/gtest.h>

#include "controller/wire/manifest.hpp"
#include "platform/base/invariant.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

AuditEntry FullEntry() {
    AuditEntry entry;
    entry.seq = 42;
    entry.at = At("2025-02-20T12:00:00.5Z");
    entry.actor = "jane.doe";
    entry.action = "release.promote";
    entry.outcome = AuditOutcome::kRefused;
    entry.release = "2025-02-01-ledger";
    entry.tenant = "acme";
    entry.request_id = "req_1";
    entry.summary = "may not go to stable";
    entry.details = R"({"to":"stable"})";
    entry.simulated_clock = true;
    return entry;
}

TEST(AuditDocument, IsCanonical) {
    EXPECT_EQ(EncodeAuditDocument(FullEntry()),
              R"({"action":"release.promote","actor":"jane.doe","actor_kind":"user","at":"2025-02-20T12:00:00.5Z",)"
              R"("details":{"to":"stable"},"outcome":"refused","release":"2025-02-01-ledger","request_id":"req_1",)"
              R"("seq":42,"simulated_clock":true,"summary":"may not go to stable","tenant":"acme"})");
    AuditEntry least;
    least.seq = 1;
    least.actor = "gate";
    least.actor_kind = policy::PrincipalKind::kComponent;
    least.action = "clock.advance";
    least.details.clear();
    EXPECT_EQ(EncodeAuditDocument(least),
              R"({"action":"clock.advance","actor":"gate","actor_kind":"component","at":"1970-01-01T00:00:00Z",)"
              R"("details":{},"outcome":"done","seq":1,"summary":""})");
}

TEST(AuditDocument, IsTheSameWhenItIsNumberedLater) {
    AuditEntry entry = FullEntry();
    entry.summary = R"(a "seq":0 that is text)";
    entry.request_id = R"("seq":0)";
    entry.details = R"({"rows":[{"seq":0}],"seq":0,"text":"\"seq\":0"})";
    for (const std::int64_t seq : {1L, 42L, 9'007'199'254'740'991L}) {
        entry.seq = seq;
        const auto parts = wire::EncodeUnnumberedAudit(entry);
        EXPECT_EQ(parts.before + std::to_string(seq) + parts.after, EncodeAuditDocument(entry));
    }
}

TEST(AuditDocument, GivesBackWhatItWrote) {
    const std::string text = EncodeAuditDocument(FullEntry());
    const auto decoded = DecodeAuditDocument(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodeAuditDocument(*decoded), text);
    EXPECT_EQ(decoded->outcome, AuditOutcome::kRefused);
    EXPECT_EQ(decoded->tenant, "acme");
}

TEST(AuditDocument, RecordsWhateverACallerSent) {
    AuditEntry entry = FullEntry();
    entry.actor = HostileText();
    entry.summary = HostileText();
    entry.request_id = HostileText();
    const std::string text = EncodeAuditDocument(entry);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const auto decoded = DecodeAuditDocument(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodeAuditDocument(*decoded), text);
}

TEST(AuditDocument, RefusesWhatIsNone) {
    for (const char* text : {"", "{}", "[]", R"({"seq":0})"}) {
        EXPECT_FALSE(DecodeAuditDocument(text)) << text;
    }
    std::string text = EncodeAuditDocument(FullEntry());
    text.insert(1, R"("x":1,)");
    EXPECT_FALSE(DecodeAuditDocument(text));
}

TEST(AuditDocument, DetailsThatAreNoJsonAreABug) {
    AuditEntry entry = FullEntry();
    entry.details = "{";
    EXPECT_THROW(EncodeAuditDocument(entry), platform::InvariantViolation);
}

TEST(AuditDetailsOf, ShowNoJsonTypeAndMakeOne) {
    AuditDetails details;
    details.Text("reason", "a \"quote\" \xff")
        .Texts("tenants", {"a", "b"})
        .Number("revision", 3)
        .Flag("forced", false)
        .Instant("since", At("2025-01-01T00:00:00Z"))
        .Findings("findings", {{.rule = "CHN-1", .message = "no skipping", .remedy = "go step by step"}})
        .Document("before", EncodeManifest(FullManifest()));
    const std::string json = details.Encode();
    EXPECT_EQ(json.rfind(R"({"before":{"artifacts":)", 0), 0U) << json;
    EXPECT_NE(json.find(R"("findings":[{"hard_stop":false,"kind":"denied","message":"no skipping",)"),
              std::string::npos)
        << json;
    EXPECT_NE(json.find(R"("forced":false)"), std::string::npos);
    EXPECT_NE(json.find(R"("reason":"a \"quote\" )"), std::string::npos);
    EXPECT_EQ(AuditDetails().Encode(), "{}");
    EXPECT_THROW(AuditDetails().Document("x", "{"), platform::InvariantViolation);
}

TEST(AuditHashOf, IsWhatAnyToolComputes) {
    // printf '%s\n%s' "$(printf '0%.0s' {1..64})" '{}' | sha256sum
    EXPECT_EQ(AuditHash(kGenesisHash, "{}"), platform::Sha256Hex(std::string(64, '0') + "\n{}"));
    EXPECT_NE(AuditHash(kGenesisHash, "{}"), AuditHash(kGenesisHash, "{} "));
    EXPECT_NE(AuditHash(std::string(64, '1'), "{}"), AuditHash(kGenesisHash, "{}"));
}

}  // namespace
}  // namespace wire
