#include "controller/wire/diff.hpp"

#include <gtest/gtest.h>

#include "controller/wire/manifest.hpp"
#include "platform/base/invariant.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

std::string Text(const std::vector<Change>& changes) {
    std::string text;
    for (const Change& change : changes) {
        text += std::string(platform::EnumText(change.op)) + " " + change.pointer + " " + change.before + " -> " +
                change.after + "\n";
    }
    return text;
}

TEST(DocumentDiff, OfEqualDocumentsIsEmpty) {
    EXPECT_TRUE(DiffDocuments(EncodeManifest(FullManifest()), EncodeManifest(FullManifest())).empty());
    EXPECT_TRUE(DiffDocuments(R"({"a":1,"b":[2]})", R"({ "b" : [2.0], "a" : 1 })").empty());
}

TEST(DocumentDiff, SaysWhatWasAddedRemovedAndReplaced) {
    EXPECT_EQ(Text(DiffDocuments(R"({"a":1,"b":2,"d":{"x":true}})", R"({"a":1,"b":"2","c":null,"d":{}})")),
              "replace /b 2 -> \"2\"\n"
              "add /c  -> null\n"
              "remove /d/x true -> \n");
}

TEST(DocumentDiff, OneItemPutIntoAListIsOneChange) {
    EXPECT_EQ(Text(DiffDocuments(R"(["a","b","c"])", R"(["x","a","b","c"])")), "add /0  -> \"x\"\n");
    EXPECT_EQ(Text(DiffDocuments(R"(["a","b","c"])", R"(["a","c"])")), "remove /1 \"b\" -> \n");
    EXPECT_EQ(Text(DiffDocuments(R"(["a","b","c"])", R"(["a","x","c"])")), "replace /1 \"b\" -> \"x\"\n");
    EXPECT_EQ(Text(DiffDocuments(R"([])", R"([1,2])")), "add /0  -> 1\nadd /1  -> 2\n");
    EXPECT_EQ(Text(DiffDocuments(R"(["a","a"])", R"(["a"])")), "remove /1 \"a\" -> \n");
}

TEST(DocumentDiff, GoesIntoItemsThatStayInPlace) {
    EXPECT_EQ(Text(DiffDocuments(R"({"l":[{"n":1,"m":2},5]})", R"({"l":[{"n":1,"m":3},5]})")),
              "replace /l/0/m 2 -> 3\n");
}

TEST(DocumentDiff, EscapesPointers) {
    EXPECT_EQ(Text(DiffDocuments(R"({"a/b":{"c~d":1}})", R"({"a/b":{"c~d":2}})")), "replace /a~1b/c~0d 1 -> 2\n");
}

TEST(DocumentDiff, OfManifestsNamesTheFields) {
    policy::Manifest after = FullManifest();
    after.classification = policy::ReleaseClass::kWorkflow;
    after.rollback->owner = "jane.doe";
    after.files_changed.push_back("src/new.cpp");
    EXPECT_EQ(Text(DiffDocuments(EncodeManifest(FullManifest()), EncodeManifest(after))),
              "replace /classification \"mechanism\" -> \"workflow\"\n"
              "add /files_changed/3  -> \"src/new.cpp\"\n"
              "replace /rollback/owner \"bob.smith\" -> \"jane.doe\"\n");
}

TEST(DocumentDiff, OfWhatIsNoDocumentIsABug) {
    EXPECT_THROW(DiffDocuments("{", "{}"), platform::InvariantViolation);
}

}  // namespace
}  // namespace wire
