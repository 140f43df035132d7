#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"
#include "tenancy/wire/export_document.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using platform::Json;
using tenancy::wire::DecodeExport;
using tenancy::wire::DigestOf;
using tenancy::wire::ExportDocument;
using tenancy::wire::ExportSection;

ExportDocument Sample() {
    ExportDocument document;
    document.exported_at = Noon();
    document.org = Acme();
    document.org.plan = tenancy::Plan::kPro;
    document.org.contact_email = "contact@acme.test";
    document.org.lifecycle = {tenancy::OrgStatus::kSuspended, Noon(), "late", {}, {}, {}};
    tenancy::Share share;
    share.id = "shr-1";
    share.target = tenancy::OrgId::Trusted("globex");
    share.resource_type = "vm";
    share.resource_id = "1";
    share.created_at = Noon();
    share.created_by = "adam";
    document.org.shares.push_back(share);
    document.sections = {{"customers", {R"({"id":1,"name":"A","org":"acme"})", R"({"id":2,"name":"B"})"}},
                         {"usage", {}}};
    return document;
}

/// The document after `edit`, sealed again, as somebody would who forges one with care.
template <typename Edit>
std::string Forged(Edit edit) {
    Json json = Json::parse(EncodeExport(Sample()));
    json.erase("digest");
    edit(json);
    json["digest"] = platform::Sha256Hex(platform::CanonicalJson(json));
    return json.dump();
}

std::string Problem(const std::string& text) {
    const auto read = DecodeExport(text);
    return read ? "accepted" : read.error().front().pointer;
}

TEST(Exports, ReadBackWithTheSameDigest) {
    const auto read = DecodeExport(EncodeExport(Sample()));
    ASSERT_TRUE(read) << read.error().front().pointer << " " << read.error().front().message;
    EXPECT_EQ(*read, Sample());
    EXPECT_EQ(DigestOf(read->sections), DigestOf(Sample().sections));
}

TEST(Exports, MayBeWrittenWithOtherSpaces) {
    EXPECT_TRUE(DecodeExport(Json::parse(EncodeExport(Sample())).dump(2))) << "as an editor would save it";
}

TEST(Exports, OfADefaultOrgReadBack) {
    auto document = Sample();
    document.org = DefaultOrg();
    document.sections.clear();
    const auto read = DecodeExport(EncodeExport(document));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, document);
}

TEST(Exports, DamagedAnywhereAreRefused) {
    const std::string good = EncodeExport(Sample());
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = bad[at] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(DecodeExport(bad)) << at;
    }
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, good.size() / 2, good.size() - 1}) {
        EXPECT_FALSE(DecodeExport(good.substr(0, length))) << length;
    }
}

TEST(Exports, OfOthersAreRefused) {
    EXPECT_EQ(Problem("{}"), "/format");
    EXPECT_EQ(Problem("[]"), "/format");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["format"] = "other"; })), "/format");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["version"] = 2; })), "/version");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["version"] = "1"; })), "/version");
}

TEST(Exports, RowsOfAnotherOrgAreRefused) {
    for (const char* field : {"org", "orgId", "org_id", "tenantId", "tenant_id"}) {
        EXPECT_EQ(Problem(Forged([&](Json& json) { json["sections"][0]["rows"][1][field] = "globex"; })),
                  std::string("/sections/0/rows/1/") + field);
        EXPECT_EQ(Problem(Forged([&](Json& json) { json["sections"][0]["rows"][1][field] = 7; })),
                  std::string("/sections/0/rows/1/") + field);
    }
}

TEST(Exports, ForgedWithCareAreRefused) {
    EXPECT_EQ(Problem(Forged([](Json& json) { json["sections"][0]["rows"].push_back({{"id", 3}}); })), "/data");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["sections"][0]["rows"][0]["name"] = "C"; })), "/data");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["sections"][0]["rows"][0] = 1; })), "/sections/0/rows/0");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["sections"][1]["name"] = "customers"; })), "/sections");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["extra"] = 1; })), "/extra");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["extra"] = 1; })), "/org/extra");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["id"] = ".."; })), "/org/id");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["ownerUserId"] = "adam"; })), "/org/ownerUserId");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["members"][1]["role"] = "owner"; })), "/org/ownerUserId");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["members"][1]["userId"] = "vera"; })), "/org/members");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["members"][1]["role"] = "king"; })), "/org/members/1/role");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["pendingInvitations"][0]["role"] = "owner"; })),
              "/org/pendingInvitations/0/role");
    EXPECT_EQ(Problem(Forged([](Json& json) { json["org"]["name"] = "Other"; })), "/org/name");
    EXPECT_EQ(Problem(Forged([](Json& json) { json.erase("exportedAt"); })), "/exportedAt");
    EXPECT_EQ(Problem(Forged(
                  [](Json& json) { json["org"]["sharedResources"].push_back(json["org"]["sharedResources"][0]); })),
              "/org/sharedResources");
}

TEST(DataDigests, DoNotDependOnTheOrderOfRowsOrTheirSpaces) {
    const auto digest = DigestOf({{"b", {R"({"x":1,"y":2})", R"({"x":3})"}}, {"a", {R"({"z":0})"}}});
    EXPECT_EQ(digest, DigestOf({{"a", {R"({ "z" : 0 })"}}, {"b", {R"({"x":3})", R"({"y":2,"x":1})"}}}));
    EXPECT_EQ(digest.rows, 3);
    EXPECT_EQ(digest.sha256.size(), 64U);
}

TEST(DataDigests, DependOnEveryRowAndWhereItIs) {
    const auto digest = DigestOf({{"a", {R"({"x":1})"}}});
    EXPECT_NE(digest, DigestOf({{"a", {R"({"x":2})"}}}));
    EXPECT_NE(digest, DigestOf({{"a", {R"({"x":1})", R"({"x":1})"}}}));
    EXPECT_NE(digest, DigestOf({{"b", {R"({"x":1})"}}}));
    EXPECT_EQ(DigestOf({}), DigestOf({{"a", {}}})) << "a kind of data without rows is none";
    EXPECT_EQ(DigestOf({}).rows, 0);
}

TEST(DataDigests, RowsAreObjects) {
    EXPECT_THROW(DigestOf({{"a", {"[]"}}}), platform::InvariantViolation);
    EXPECT_THROW(DigestOf({{"a", {"{"}}}), platform::InvariantViolation);
}

RC_GTEST_PROP(DataDigestProperties, AnyOrderHasTheSameDigest, ()) {
    std::vector<std::string> rows;
    for (const int value : *rc::gen::container<std::vector<int>>(rc::gen::arbitrary<int>())) {
        rows.push_back("{\"v\":" + std::to_string(value) + "}");
    }
    auto other = rows;
    std::rotate(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(other.size() / 2), other.end());
    std::reverse(other.begin(), other.end());
    RC_ASSERT(DigestOf({{"a", rows}}) == DigestOf({{"a", other}}));
}

}  // namespace
}  // namespace tenancy_test
