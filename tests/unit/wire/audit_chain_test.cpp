// An export that was tampered with, in every way we could think of: each must be found, and named.
#include "controller/wire/audit_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "controller/wire/audit_lines.hpp"
#include "platform/base/text.hpp"
#include "tests/unit/wire/audit_samples.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

// Line 0 is the header; with a checkpoint after every tenth entry, entry n is at line n + (n - 1) / 10.
std::size_t LineOf(std::int64_t seq) {
    return static_cast<std::size_t>(seq + (seq - 1) / 10);
}

std::vector<std::string> Sample() {
    return ExportLines(SampleChain(35));
}

void ExpectProblems(const std::vector<std::string>& lines, const std::string& expected) {
    const AuditReport report = VerifyLines(lines);
    EXPECT_FALSE(report.valid);
    EXPECT_EQ(ProblemLines(report), expected);
}

TEST(AuditExport, AsExportedIsValid) {
    const AuditReport report = VerifyLines(Sample());
    EXPECT_TRUE(report.valid) << ProblemLines(report);
    EXPECT_EQ(report.entries, 35);
    EXPECT_EQ(report.first_seq, 1);
    EXPECT_EQ(report.last_seq, 35);
    EXPECT_EQ(report.checkpoints, 3);
    EXPECT_EQ(report.head, SampleChain(35).back().hash);
    EXPECT_EQ(report.exported_at, At("2025-03-01T00:00:00Z"));
}

TEST(AuditExport, OfAPartIsValidAsThatPart) {
    std::vector<ChainedEntry> chain = SampleChain(35);
    chain.erase(chain.begin(), chain.begin() + 12);
    const AuditReport report = VerifyLines(ExportLines(chain));
    EXPECT_TRUE(report.valid) << ProblemLines(report);
    EXPECT_EQ(report.first_seq, 13);
}

TEST(AuditExport, OfNothingIsValid) {
    const AuditReport report = VerifyLines(ExportLines({}));
    EXPECT_TRUE(report.valid) << ProblemLines(report);
    EXPECT_EQ(report.entries, 0);
}

TEST(AuditExport, WithoutTheLastLineBreakIsStillWhole) {
    std::string text = JoinLines(Sample());
    text.pop_back();
    EXPECT_TRUE(VerifyText(text).valid);
}

TEST(AuditTampering, OfAnyFieldOfAnEntryIsFound) {
    const std::vector<std::string> lines = Sample();
    const Json document = Json::parse(lines[LineOf(15)])["document"];
    const Json leaves = document.flatten();
    for (const auto& item : leaves.items()) {
        Json changed = document;
        Json& leaf = changed[Json::json_pointer(item.key())];
        if (leaf.is_number()) {
            continue;  // seq: below
        }
        leaf = leaf.get<std::string>() + "x";
        auto tampered = lines;
        const auto parts = SplitAuditEntryLine(lines[LineOf(15)]);
        tampered[LineOf(15)] = AuditEntryLine(platform::CanonicalJson(changed), parts->prev_hash, parts->hash);
        const AuditReport report = VerifyLines(tampered);
        EXPECT_EQ(ProblemLines(report),
                  "changed 15: entry 15 was changed: its content and the hash before it do not give its hash\n")
            << item.key();
        EXPECT_EQ(report.problems[0].line, static_cast<std::int64_t>(LineOf(15) + 1));
    }
}

TEST(AuditTampering, AnySingleByteIsFound) {
    const std::string text = JoinLines(ExportLines(SampleChain(3), {.checkpoint_every = 2}));
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        std::string tampered = text;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        EXPECT_FALSE(VerifyText(tampered).valid) << i << ": " << text.substr(i, 20);
    }
}

TEST(AuditTampering, ARemovedEntryIsNamed) {
    auto lines = Sample();
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(LineOf(15)));
    ExpectProblems(lines, "missing 15: entry 15 is missing\n");

    lines = Sample();
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(LineOf(12)),
                lines.begin() + static_cast<std::ptrdiff_t>(LineOf(16)));
    ExpectProblems(lines, "missing 12: entries 12 to 15 are missing\n");
}

TEST(AuditTampering, ARemovedFirstEntryIsNamed) {
    auto lines = Sample();
    lines.erase(lines.begin() + 1);
    ExpectProblems(lines, "missing 1: entry 1 is missing\n");
    // Even when the first line is made to say that nothing is missing.
    auto header = Json::parse(lines[0]);
    header["audit"]["from_seq"] = 2;
    header["audit"]["prev_hash"] = SampleChain(1)[0].hash;
    lines[0] = platform::CanonicalJson(header);
    ExpectProblems(lines,
                   "forged 0: the signature at the end does not fit: the first or the last line was changed, or "
                   "another key signed it\n");
}

TEST(AuditTampering, ARemovedLastEntryIsNamed) {
    auto lines = Sample();
    lines.erase(lines.end() - 2);
    ExpectProblems(lines, "truncated 34: the export was signed with 35 entries up to 35, and holds 34 up to 34\n");
}

TEST(AuditTampering, ACutFileIsFound) {
    auto lines = Sample();
    lines.pop_back();
    ExpectProblems(lines, "truncated 35: the export stops after entry 35 without its signed end: it was cut off\n");
    lines.resize(LineOf(20) + 1);
    ExpectProblems(lines, "truncated 20: the export stops after entry 20 without its signed end: it was cut off\n");
    lines.resize(1);
    ExpectProblems(lines, "truncated 0: the export stops without its signed end: it was cut off\n");
    const std::string text = JoinLines(Sample());
    for (std::size_t length = 0; length + 1 < text.size(); length += 97) {
        EXPECT_FALSE(VerifyText(text.substr(0, length)).valid) << length;
    }
}

TEST(AuditTampering, SwappedEntriesAreNamed) {
    auto lines = Sample();
    std::swap(lines[LineOf(14)], lines[LineOf(15)]);
    ExpectProblems(lines,
                   "missing 14: entry 14 is missing\n"
                   "misplaced 14: entry 14 comes after entry 15: it was moved or repeated\n");
}

TEST(AuditTampering, ARepeatedEntryIsNamed) {
    auto lines = Sample();
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(LineOf(15)), lines[LineOf(15)]);
    ExpectProblems(lines, "misplaced 15: entry 15 comes after entry 15: it was moved or repeated\n");
}

TEST(AuditTampering, AnEntryWithANewHashBreaksTheChain) {
    std::vector<ChainedEntry> chain = SampleChain(35);
    auto lines = Sample();
    chain[14].entry.outcome = AuditOutcome::kRefused;
    const std::string document = EncodeAuditDocument(chain[14].entry);
    lines[LineOf(15)] = AuditEntryLine(document, chain[14].prev_hash, AuditHash(chain[14].prev_hash, document));
    ExpectProblems(lines, "changed 16: entry 16 does not follow what is before it: it, or entry 15, was replaced\n");
}

TEST(AuditTampering, ARewrittenHistoryMeetsTheNextCheckpoint) {
    std::vector<ChainedEntry> chain = SampleChain(35);
    const auto honest = Sample();
    chain[14].entry.actor = "nobody";
    Rechain(chain, 14);
    auto lines = ExportLines(chain);
    // The forger has no key: checkpoints and the end are those of the honest export.
    for (const std::int64_t seq : {20, 30}) {
        lines[LineOf(seq) + 1] = honest[LineOf(seq) + 1];
    }
    lines.back() = honest.back();
    ExpectProblems(lines,
                   "changed 20: the checkpoint at entry 20 was signed over another history: entries after entry 10 and "
                   "up to it were rewritten\n"
                   "changed 30: the checkpoint at entry 30 was signed over another history: entries after entry 10 and "
                   "up to it were rewritten\n");
}

TEST(AuditTampering, ARewrittenHistoryWithoutCheckpointsMeetsTheEnd) {
    std::vector<ChainedEntry> chain = SampleChain(9);
    const auto honest = ExportLines(chain);
    chain[4].entry.actor = "nobody";
    Rechain(chain, 4);
    auto lines = ExportLines(chain);
    lines.back() = honest.back();
    ExpectProblems(lines, "changed 9: the entries are not those the export was signed with\n");
}

TEST(AuditTampering, AnotherKeysSignatureIsForged) {
    const auto lines = ExportLines(SampleChain(15), {.key = &OtherKey()});
    const std::string other = OtherKey().KeyId();
    const std::string ours = TestKey().KeyId();
    ExpectProblems(lines, "forged 10: the checkpoint at entry 10 is signed by the key '" + other +
                              "', not by the one given (" + ours + ")\n" +
                              "forged 0: the export is signed by the key '" + other + "', not by the one given (" +
                              ours + ")\n");
    // Claiming the right key does not help.
    std::string text = JoinLines(lines);
    for (std::size_t at = text.find(other); at != std::string::npos; at = text.find(other)) {
        text.replace(at, other.size(), ours);
    }
    EXPECT_EQ(ProblemLines(VerifyText(text)),
              "forged 10: the checkpoint at entry 10 was changed, or its signature is forged\n"
              "forged 0: the signature at the end does not fit: the first or the last line was changed, or another key "
              "signed it\n");
}

TEST(AuditTampering, ACheckpointThatWasMovedOrRemovedIsFound) {
    auto lines = Sample();
    const std::string checkpoint = lines[LineOf(10) + 1];
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(LineOf(10)) + 1);
    ExpectProblems(lines, "missing 0: the export was signed with 3 checkpoints, and holds 2\n");
    lines.insert(lines.begin() + 9, checkpoint);
    ExpectProblems(lines, "misplaced 10: the checkpoint at entry 10 stands after entry 8\n");
}

TEST(AuditTampering, AForgedCheckpointIsFound) {
    auto lines = Sample();
    auto json = Json::parse(lines[LineOf(10) + 1]);
    json["checkpoint"]["at"] = "2025-01-16T08:00:10Z";
    lines[LineOf(10) + 1] = platform::CanonicalJson(json);
    ExpectProblems(lines, "forged 10: the checkpoint at entry 10 was changed, or its signature is forged\n");
}

TEST(AuditTampering, AnEndThatWasChangedIsFound) {
    auto lines = Sample();
    auto json = Json::parse(lines.back());
    json["end"]["entries"] = 34;
    lines.back() = platform::CanonicalJson(json);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(LineOf(35)));
    EXPECT_FALSE(VerifyLines(lines).valid);
}

TEST(AuditTampering, TextThatIsNoLineOfAnExportIsFound) {
    auto lines = Sample();
    lines.emplace_back("{}");
    ExpectProblems(lines, "malformed 0: there is text after the signed end\n");

    lines = Sample();
    lines.insert(lines.begin() + 5, "");
    ExpectProblems(lines, "malformed 0: is neither an entry, a checkpoint nor the end of an export\n");

    lines = Sample();
    lines[5] = " " + lines[5];
    EXPECT_FALSE(VerifyLines(lines).valid);

    lines = Sample();
    lines.insert(lines.begin() + 5, lines[0]);
    EXPECT_FALSE(VerifyLines(lines).valid);
}

TEST(AuditTampering, AConvertedFileIsSaidToBeOne) {
    std::string text;
    for (const std::string& line : Sample()) {
        text += line + "\r\n";
    }
    EXPECT_EQ(ProblemLines(VerifyText(text)),
              "malformed 0: lines end with a carriage return: the file was converted; verify it as it was exported\n");
}

TEST(AuditTampering, AnEntryThatIsNoDocumentIsFound) {
    for (const std::string document :
         {"{}", "7", "null", "{", R"({"seq":"15"})", R"({"seq":15,"seq":15})", R"({"seq":-1})"}) {
        auto lines = Sample();
        const auto parts = SplitAuditEntryLine(lines[LineOf(15)]);
        ASSERT_TRUE(parts);
        lines[LineOf(15)] = AuditEntryLine(document, parts->prev_hash, parts->hash);
        EXPECT_EQ(ProblemLines(VerifyLines(lines)),
                  "malformed 15: where entry 15 should be there is no entry's document\n")
            << document;
    }
}

TEST(AuditTampering, AChainThatDoesNotStartFromNothingIsForged) {
    const std::vector<ChainedEntry> chain = SampleChain(3);
    AuditExportWriter writer({.from_seq = 1, .prev_hash = std::string(64, 'a'), .release = ""},
                             At("2025-03-01T00:00:00Z"));
    const std::string text = writer.Begin() + writer.End(TestKey());
    EXPECT_EQ(ProblemLines(VerifyText(text)), "forged 0: the first entry of all must follow the hash of zeros\n");
}

TEST(AuditTampering, WhatIsNoExportIsSaidToBeNone) {
    for (const std::string text : {"", "\n", "hello\n", "{}\n", "[]\n", "{\"audit\":{}}\n", "{\"audit\":7}\n"}) {
        EXPECT_EQ(ProblemLines(VerifyText(text)), "malformed 0: is no audit export of the format portcullis-audit/1\n")
            << text;
    }
}

TEST(AuditTampering, ManyProblemsAreCountedAndTheFirstListed) {
    auto lines = ExportLines(SampleChain(300), {.checkpoint_every = 0});
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
        lines[i].replace(lines[i].find("jane.doe"), 8, "john.doe");
    }
    const AuditReport report = VerifyLines(lines);
    EXPECT_EQ(report.problem_count, 300);
    EXPECT_EQ(report.problems.size(), 100U);
}

TEST(AuditTampering, ALineWithoutEndIsNotReadIntoMemory) {
    const AuditReport report = VerifyText(Sample()[0] + "\n" + std::string(kLongestAuditLine + 512 * 1024, 'x'));
    EXPECT_EQ(ProblemLines(report), "malformed 0: the line is too long for an entry\n");
}

TEST(AuditTampering, AStreamThatFailsIsNoProof) {
    class FailingBuffer : public std::stringbuf {
    public:
        explicit FailingBuffer(const std::string& text) : std::stringbuf(text, std::ios::in) {}

    protected:
        std::streamsize xsgetn(char* out, std::streamsize count) override {
            const std::streamsize got = std::stringbuf::xsgetn(out, std::min<std::streamsize>(count, 1000));
            if (got < count) {
                throw std::runtime_error("device error");
            }
            return got;
        }
    };
    FailingBuffer buffer(JoinLines(Sample()));
    std::istream in(&buffer);
    const AuditReport report = VerifyAuditExport(in, TestPublicKey());
    EXPECT_FALSE(report.valid);
}

TEST(AuditCheckpoints, HoldOnlyForWhatWasSigned) {
    const AuditCheckpoint checkpoint = SignCheckpoint(7, std::string(64, 'a'), At("2025-02-01T00:00:00Z"), TestKey());
    EXPECT_EQ(checkpoint.key_id, TestKey().KeyId());
    EXPECT_TRUE(CheckpointHolds(checkpoint, TestPublicKey()));
    AuditCheckpoint changed = checkpoint;
    changed.seq = 8;
    EXPECT_FALSE(CheckpointHolds(changed, TestPublicKey()));
    changed = checkpoint;
    changed.hash[0] = 'b';
    EXPECT_FALSE(CheckpointHolds(changed, TestPublicKey()));
    changed = checkpoint;
    changed.at += std::chrono::seconds(1);
    EXPECT_FALSE(CheckpointHolds(changed, TestPublicKey()));
    changed = checkpoint;
    changed.signature.clear();
    EXPECT_FALSE(CheckpointHolds(changed, TestPublicKey()));
}

TEST(AuditChainCheckOf, RowsFindsTheSameAsTheExport) {
    const std::vector<ChainedEntry> chain = SampleChain(12);
    AuditChainCheck good({}, nullptr);
    AuditChainCheck bad({}, nullptr);
    for (const ChainedEntry& chained : chain) {
        good.Entry(chained.document, chained.prev_hash, chained.hash);
        if (chained.entry.seq != 7) {
            bad.Entry(chained.document, chained.prev_hash, chained.hash);
        }
    }
    EXPECT_TRUE(good.Report().valid);
    EXPECT_EQ(good.Report().head, chain.back().hash);
    EXPECT_EQ(ProblemLines(bad.Report()), "missing 7: entry 7 is missing\n");
}

}  // namespace
}  // namespace wire
