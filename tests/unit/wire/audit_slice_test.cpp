// The part of the audit log that is about one release, as it goes into an archive.
#include <gtest/gtest.h>

#include "controller/wire/audit_lines.hpp"
#include "tests/unit/wire/audit_samples.hpp"

namespace wire {
namespace {

TEST(AuditSlice, OfOneReleaseIsValid) {
    const auto lines = ExportLines(SampleChain(35), {.release = "2025-01-15-audit-filter-ui"});
    const AuditReport report = VerifyLines(lines);
    EXPECT_TRUE(report.valid) << ProblemLines(report);
    EXPECT_EQ(report.release, "2025-01-15-audit-filter-ui");
    EXPECT_EQ(report.entries, 11);
    EXPECT_EQ(report.first_seq, 3);
    EXPECT_EQ(report.last_seq, 33);
}

TEST(AuditSlice, AChangedEntryIsNamed) {
    auto lines = ExportLines(SampleChain(35), {.release = "2025-01-15-audit-filter-ui"});
    lines[2].replace(lines[2].find("jane.doe"), 8, "john.doe");
    EXPECT_EQ(ProblemLines(VerifyLines(lines)),
              "changed 6: entry 6 was changed: its content and the hash before it do not give its hash\n");
}

TEST(AuditSlice, ARemovedEntryMeetsTheEnd) {
    auto lines = ExportLines(SampleChain(35), {.checkpoint_every = 0, .release = "2025-01-15-audit-filter-ui"});
    lines.erase(lines.begin() + 2);
    EXPECT_EQ(ProblemLines(VerifyLines(lines)),
              "truncated 33: the export was signed with 11 entries up to 33, and holds 10 up to 33\n");
}

TEST(AuditSlice, AnEntryOfAnotherReleaseDoesNotBelong) {
    std::vector<ChainedEntry> chain = SampleChain(7);
    auto lines = ExportLines(chain, {.release = "2025-01-15-audit-filter-ui"});
    lines.insert(lines.begin() + 2, AuditEntryLine(chain[3].document, chain[3].prev_hash, chain[3].hash));
    EXPECT_NE(ProblemLines(VerifyLines(lines)).find("misplaced 4: entry 4 is not about release"), std::string::npos);
}

TEST(AuditSlice, NeighboursAreHeldToTheChain) {
    std::vector<ChainedEntry> chain = SampleChain(4);
    chain[2].entry.release = "r1";
    chain[3].entry.release = "r1";
    Rechain(chain, 2);
    EXPECT_TRUE(VerifyLines(ExportLines(chain, {.checkpoint_every = 0, .release = "r1"})).valid);
    chain[3].prev_hash = std::string(64, 'a');
    chain[3].hash = AuditHash(chain[3].prev_hash, chain[3].document);
    EXPECT_EQ(ProblemLines(VerifyLines(ExportLines(chain, {.checkpoint_every = 0, .release = "r1"}))),
              "changed 4: entry 4 does not follow what is before it: it, or entry 3, was replaced\n");
}

}  // namespace
}  // namespace wire
