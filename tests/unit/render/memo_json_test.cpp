// The memo's content as JSON: what is hashed and signed.

#include "controller/wire/memo_json.hpp"

#include <gtest/gtest.h>

#include "controller/render/memo.hpp"
#include "tests/unit/render/golden.hpp"
#include "tests/unit/render/lint_case.hpp"
#include "tests/unit/render/samples.hpp"

namespace render_test {
namespace {

TEST(MemoJson, ReadsBackToTheSameText) {
    for (const policy::MemoDocument& memo : {GoMemo(), GoMemoWithRisks(), NoGoMemo(), DraftMemo(), HostileMemo()}) {
        const std::string content = wire::EncodeMemo(memo);
        const auto read = wire::DecodeMemo(content);
        if (memo.release.Text().find('<') != std::string::npos) {
            ASSERT_FALSE(read);  // an id that is none
            continue;
        }
        ASSERT_TRUE(read) << read.error().front().pointer << ": " << read.error().front().message;
        EXPECT_EQ(wire::EncodeMemo(*read), content);
        EXPECT_TRUE(read->signatures.empty());

        const std::string whole = wire::EncodeMemoWithSignatures(memo);
        const auto read_whole = wire::DecodeMemo(whole);
        ASSERT_TRUE(read_whole) << read_whole.error().front().pointer << ": " << read_whole.error().front().message;
        EXPECT_EQ(wire::EncodeMemoWithSignatures(*read_whole), whole);
        EXPECT_EQ(read_whole->signatures.size(), memo.signatures.size());
    }
}

TEST(MemoJson, RendersTheSameAfterReading) {
    for (const policy::MemoDocument& memo : {GoMemo(), GoMemoWithRisks(), NoGoMemo(), DraftMemo()}) {
        const auto read = wire::DecodeMemo(wire::EncodeMemoWithSignatures(memo));
        ASSERT_TRUE(read);
        EXPECT_EQ(RenderMemo(*read, render::Format::kHtml), RenderMemo(memo, render::Format::kHtml));
    }
}

TEST(MemoJson, HashIsOverTheContentAlone) {
    policy::MemoDocument memo = GoMemo();
    const std::string hash = wire::ContentHash(memo);
    memo.signatures.clear();
    memo.content_hash = "x";
    EXPECT_EQ(wire::ContentHash(memo), hash);
    memo.notes += ".";
    EXPECT_NE(wire::ContentHash(memo), hash);
}

TEST(MemoJson, LooksAsItDid) {
    ExpectGolden("render/memo_go_with_risks.json", wire::EncodeMemoWithSignatures(GoMemoWithRisks()) + "\n");
}

TEST(MemoJson, EveryErrorHasItsPlace) {
    std::string content = wire::EncodeMemo(GoMemo());
    content = Replaced(content, "\"decision\":\"GO\"", "\"decision\":\"MAYBE\"");
    content = Replaced(content, "\"role\":\"qa\"", "\"role\":\"cook\"");
    content = Replaced(content, "\"required\":\"7d\"", "\"required\":\"soon\"");
    content = Replaced(content, "\"notes\":", "\"novelty\":1,\"notes\":");
    const auto read = wire::DecodeMemo(content);
    ASSERT_FALSE(read);
    std::vector<std::string> pointers;
    for (const platform::FieldError& error : read.error()) {
        pointers.push_back(error.pointer);
    }
    EXPECT_EQ(pointers, (std::vector<std::string>{"/decision", "/approvers/1/role", "/record/stays/0/required",
                                                  "/record/stays/1/required", "/novelty"}));
}

TEST(MemoJson, WhatIsNoJsonIsRefused) {
    EXPECT_FALSE(wire::DecodeMemo(""));
    EXPECT_FALSE(wire::DecodeMemo("[]"));
    EXPECT_FALSE(wire::DecodeMemo("{\"a\":1,\"a\":2}"));
}

}  // namespace
}  // namespace render_test
