// The record of an operation: one text for one record, and evidence of any form made readable.
#include "controller/wire/operation_record.hpp"

#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace wire {
namespace {

using RecordFacts = std::vector<std::pair<std::string, std::string>>;

TEST(OperationRecords, AreCanonicalAndLeaveOutWhatIsNotThere) {
    OperationRecord record;
    record.operation.id = "op_1";
    const std::string text = EncodeOperationRecord(record);
    EXPECT_EQ(text, EncodeOperationRecord(record));
    const auto json = platform::ParseJson(text);
    ASSERT_TRUE(json);
    EXPECT_EQ(platform::CanonicalJson(*json), text);
    for (const char* absent : {"approval", "review", "audit", "as_of"}) {
        EXPECT_FALSE(json->contains(absent)) << absent;
    }
    record.approval.emplace();
    record.review.emplace();
    record.audit_first = record.audit_last = record.audit_entries = 4;
    record.as_of.emplace();
    const auto full = platform::ParseJson(EncodeOperationRecord(record));
    ASSERT_TRUE(full);
    for (const char* present : {"approval", "review", "audit", "as_of"}) {
        EXPECT_TRUE(full->contains(present)) << present;
    }
}

TEST(EvidenceViews, ShowChecksDigestsAndEverythingElse) {
    const EvidenceView view = ViewEvidence(
        R"({"probed_by":"instance","facts":{"boot_id":"boot_1","on":false,"nothing":null},
            "tenants":{"count":2,"digest":"ab"},"baseline":{"count":1,"digest":"cd"},
            "checks":[{"what":"GET /api/orgs","with":"canary","outcome":"passed","expected":"501","got":"501",
                       "duration_ms":2,"excerpt":""}],
            "list":["a","b"],"deep":{"one":{"two":[{"three":3},{"four":{"five":5}}]}},"empty":[]})",
        100);
    ASSERT_EQ(view.checks.size(), 1U);
    EXPECT_EQ(view.checks[0].what, "GET /api/orgs");
    EXPECT_EQ(view.checks[0].got, "501");
    EXPECT_EQ(view.tenants, "2 records, sha256 ab");
    EXPECT_EQ(view.baseline, "1 record, sha256 cd");
    EXPECT_EQ(view.facts, (RecordFacts{{"deep/one/two", "three 3"},
                                       {"deep/one/two/four", "five 5"},
                                       {"empty", "none"},
                                       {"facts", "boot_id boot_1, nothing not known, on no"},
                                       {"list", "a, b"},
                                       {"probed_by", "instance"}}));
    EXPECT_EQ(view.left_out, 0);
    EXPECT_EQ(view.boot_id, "boot_1");
    EXPECT_EQ(ViewEvidence(R"({"boot_id":"b","previous_boot_id":"a"})", 1).boot_before, "a");
}

TEST(EvidenceViews, SayWhatTheyLeaveOut) {
    const EvidenceView view = ViewEvidence(R"({"a":1,"b":2,"c":3,"checks":[{},{},{},{}]})", 2);
    EXPECT_EQ(view.facts.size(), 2U);
    EXPECT_EQ(view.checks.size(), 2U);
    EXPECT_EQ(view.left_out, 3);
}

TEST(EvidenceViews, OddEvidenceIsShownAsItIs) {
    EXPECT_EQ(ViewEvidence("no json", 5).facts, (RecordFacts{{"evidence", "no json"}}));
    EXPECT_EQ(ViewEvidence("[1]", 5).facts, (RecordFacts{{"evidence", "[1]"}}));
    EXPECT_EQ(ViewEvidence(R"({"checks":["odd"],"tenants":"few"})", 5).facts,
              (RecordFacts{{"checks", "odd"}, {"tenants", "few"}}));
    EXPECT_TRUE(ViewEvidence("{}", 5).facts.empty());
}

}  // namespace
}  // namespace wire
