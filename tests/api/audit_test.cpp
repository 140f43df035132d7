// The audit log, its export and the bundle of a release, as somebody checks them who has the public key and no server.
#include "tests/api/journey.hpp"

#include <filesystem>
#include <sstream>

#include "controller/wire/archive.hpp"
#include "controller/wire/audit_chain.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

wire::AuditReport Verified(const std::string& lines, const std::string& pems) {
    const auto keys = platform::VerifyingKeys::FromPem(pems);
    EXPECT_TRUE(keys.has_value()) << pems;
    std::istringstream in(lines);
    return keys ? wire::VerifyAuditExport(in, *keys) : wire::AuditReport{};
}

TEST(Audit, ExportIsVerifiedWithThePublicKeyAlone) {
    const Journey release;
    const std::string key = As("nora.none").Get("/v1/keys/audit").Expect(200).Text();
    const Reply all = As("anna.auditor").Get("/v1/audit/export").Expect(200);
    EXPECT_EQ(all.Header("content-type"), "application/jsonl");
    const wire::AuditReport report = Verified(all.Text(), key);
    EXPECT_TRUE(report.valid);
    EXPECT_GT(report.entries, 5);
    std::string changed = all.Text();
    changed.replace(changed.find("rita.release"), 4, "anna");
    EXPECT_FALSE(Verified(changed, key).valid);
    const Reply slice = As("anna.auditor").Get("/v1/audit/export?release=" + release.Id()).Expect(200);
    EXPECT_EQ(Verified(slice.Text(), key).release, release.Id());
    As("anna.auditor").Get("/v1/audit/export?from=999999999").ExpectProblem(422, "input.invalid");
    As("anna.auditor").Get("/v1/audit/export?from=3&to=2").ExpectProblem(422, "input.invalid");
    const std::string behind = std::to_string(report.last_seq + 1);
    const Reply nothing = As("anna.auditor").Get("/v1/audit/export?from=" + behind).Expect(200);
    EXPECT_TRUE(Verified(nothing.Text(), key).valid) << nothing.Text();
    const Reply checked = As("anna.auditor").Get("/v1/audit/verify").Expect(200);
    EXPECT_EQ(checked.Body()["valid"], true) << checked.Text();
}

TEST(Audit, EntriesArePagedAndFiltered) {
    const Journey release;
    const auto entries = As("anna.auditor").All("/v1/audit?limit=2&release=" + release.Id());
    EXPECT_GE(entries.size(), 2U);
    for (const Json& entry : entries) {
        EXPECT_EQ(entry["release"], release.Id());
    }
    const auto timeline = As("nora.none").All(release.Path("/timeline?limit=1"));
    EXPECT_EQ(timeline.front()["action"], "release.submit");
}

TEST(Archive, IsVerifiedOfflineAndHasEverything) {
    Journey release;
    release.Reach("experimental");
    const Reply bundle = As("anna.auditor").Get(release.Path("/archive")).Expect(200);
    EXPECT_EQ(bundle.Header("content-type"), "application/x-tar");
    const auto keys = platform::VerifyingKeys::FromPem(As("nora.none").Get("/v1/keys/audit").Text());
    ASSERT_TRUE(keys.has_value());
    const wire::ArchiveReport report = wire::VerifyArchive(bundle.Text(), *keys);
    EXPECT_TRUE(report.valid) << (report.problems.empty() ? "" : report.problems[0].message);
    std::string paths;
    for (const wire::ArchiveEntry& file : report.files) {
        paths += file.path + "\n";
    }
    for (const char* part : {"manifest/1.json", "plan/1.json", "consents.json", "checks.json", "approvals.json",
                             "promotions.json", "timeline.json", "audit.jsonl"}) {
        EXPECT_NE(paths.find(part), std::string::npos) << part << " is not in\n" << paths;
    }
    std::string flipped = bundle.Text();
    flipped[flipped.size() / 2] ^= 1;
    EXPECT_FALSE(wire::VerifyArchive(flipped, *keys).valid);
}

TEST(SigningKey, WhatAnEarlierOneSignedStaysVerifiable) {
    OwnServer server({"--checkpoint-entries=1", "--checkpoint-interval=1s"});
    const std::string older = server.As("nora.none").Get("/v1/keys/audit").Text();
    const auto checkpoints = [&] {
        return Verified(server.As("anna.auditor").Get("/v1/audit/export").Text(),
                        server.As("nora.none").Get("/v1/keys/audit?all=true").Text());
    };
    EXPECT_TRUE(checkpoints().valid);  // of nothing
    server.As("rita.release").Post("/v1/tenants", {{"id", "t"}, {"name", "T"}, {"kind", "dev"}}).Expect(201);
    ASSERT_TRUE(Eventually([&] { return checkpoints().checkpoints > 0; }));
    ASSERT_EQ(server.Stop(), 0);
    std::filesystem::remove(std::filesystem::path(server.DataDir()) / "signing.key");
    server.Start();
    const std::string newer = server.As("nora.none").Get("/v1/keys/audit").Text();
    EXPECT_NE(newer, older);
    EXPECT_EQ(server.As("nora.none").Get("/v1/keys/audit?all=true").Text(), newer + older);
    const std::string lines = server.As("anna.auditor").Get("/v1/audit/export").Expect(200).Text();
    EXPECT_TRUE(Verified(lines, newer + older).valid);
    EXPECT_FALSE(Verified(lines, newer).valid);
    EXPECT_FALSE(Verified(lines, older).valid);
    EXPECT_EQ(server.As("anna.auditor").Get("/v1/audit/verify").Body()["valid"], true);
}

}  // namespace
}  // namespace api_test
