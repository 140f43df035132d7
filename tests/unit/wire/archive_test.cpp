#include "controller/wire/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "controller/wire/tar.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "tests/unit/wire/audit_samples.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr const char* kRelease = "2025-01-15-audit-filter-ui";
const policy::Time kMade = At("2025-03-01T10:00:00.75Z");

std::vector<ArchiveEntry> Entries() {
    return {{"memos/1.md", "# GO/NO-GO\n"},
            {"manifest/2.json", "{\"id\":\"b\"}"},
            {"manifest/1.json", "{\"id\":\"a\"}"},
            {"audit.jsonl", JoinLines(ExportLines(SampleChain(20), {.release = kRelease}))},
            {"checks/empty.json", ""},
            {"memos/1.pdf", std::string("%PDF\0\xff", 6) + std::string(5000, 'x')}};
}

std::string Bundle() {
    return BuildArchive(kRelease, Entries(), kMade, TestKey());
}

ArchiveReport Verify(const std::string& tar) {
    return VerifyArchive(tar, TestPublicKey());
}

std::string ProblemText(const ArchiveReport& report) {
    std::string text;
    for (const ArchiveProblem& problem : report.problems) {
        text += problem.path + ": " + problem.message + "\n";
    }
    return text;
}

/// The bundle's files after `change`, written as a tar again.
template <typename Change>
std::string Changed(Change change) {
    std::vector<ArchiveEntry> files = *ReadTar(Bundle());
    change(files);
    return WriteTar(files, kMade);
}

ArchiveEntry& FileNamed(std::vector<ArchiveEntry>& files, const std::string& path) {
    return *std::find_if(files.begin(), files.end(),
                         [&](const ArchiveEntry& file) { return file.path == std::string(kRelease) + "/" + path; });
}

TEST(ArchiveBundle, IsVerifiedAndReadBack) {
    const ArchiveReport report = Verify(Bundle());
    ASSERT_TRUE(report.valid) << ProblemText(report);
    EXPECT_EQ(report.release, kRelease);
    EXPECT_EQ(report.created_at, kMade);
    std::vector<ArchiveEntry> expected = Entries();
    std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    ASSERT_EQ(report.files.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(report.files[i].path, expected[i].path);
        EXPECT_EQ(report.files[i].bytes, expected[i].bytes);
    }
}

TEST(ArchiveBundle, IsTheSameForTheSameEntries) {
    std::vector<ArchiveEntry> shuffled = Entries();
    std::reverse(shuffled.begin(), shuffled.end());
    EXPECT_EQ(BuildArchive(kRelease, shuffled, kMade, TestKey()), Bundle());
}

TEST(ArchiveBundle, IsPlainUstar) {
    const std::string tar = Bundle();
    EXPECT_EQ(tar.size() % 512, 0U);
    EXPECT_EQ(tar.substr(257, 8), std::string("ustar\0", 6) + "00");
    EXPECT_EQ(tar.substr(0, tar.find('\0')), std::string(kRelease) + "/index.json");
    EXPECT_EQ(tar.substr(100, 7), "000644 ");
    EXPECT_TRUE(std::all_of(tar.end() - 1024, tar.end(), [](char c) { return c == '\0'; }));
    const auto files = ReadTar(tar);
    ASSERT_TRUE(files);
    EXPECT_EQ((*files)[1].path, std::string(kRelease) + "/SHA256SUMS");
    EXPECT_EQ((*files)[1].bytes.substr(64), "  audit.jsonl\n" + (*files)[1].bytes.substr(64 + 14));
}

TEST(ArchiveBundle, MayBeEmpty) {
    EXPECT_TRUE(Verify(BuildArchive(kRelease, {}, kMade, TestKey())).valid);
}

TEST(ArchiveBundle, HasRoomForTheLongestNames) {
    const std::string release(policy::ReleaseTag::kMaxLength, 'r');
    const std::string path = std::string(44, 'a') + "/" + std::string(45, 'b');
    const ArchiveReport report = Verify(BuildArchive(release, {{path, "x"}}, kMade, TestKey()));
    EXPECT_TRUE(report.valid) << ProblemText(report);
}

TEST(ArchiveBundle, OfPathsThatAreNoneIsABug) {
    for (const std::string path :
         {"", "/a", "a/", "../a", "a/../b", "a//b", "a b", "a\\b", "index.json", "SHA256SUMS", ".hidden", "\xC3\xA4"}) {
        EXPECT_THROW(BuildArchive(kRelease, {{path, ""}}, kMade, TestKey()), platform::InvariantViolation) << path;
    }
    EXPECT_THROW(BuildArchive(kRelease, {{"a", ""}, {"a", ""}}, kMade, TestKey()), platform::InvariantViolation);
    EXPECT_THROW(BuildArchive("../x", {}, kMade, TestKey()), platform::InvariantViolation);
}

TEST(ArchiveTampering, AChangedFileIsNamed) {
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) { FileNamed(files, "memos/1.md").bytes = "# NO-GO\n"; }))),
              "memos/1.md: was changed: it does not have the size and SHA-256 that the index states\n");
}

TEST(ArchiveTampering, AMissingFileIsNamed) {
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) {
                  files.erase(std::find_if(files.begin(), files.end(),
                                           [](const auto& file) { return file.path.ends_with("memos/1.md"); }));
              }))),
              "memos/1.md: is missing\n");
}

TEST(ArchiveTampering, AnAddedFileIsNamed) {
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) {
                  files.push_back({std::string(kRelease) + "/memos/2.md", "# GO\n"});
              }))),
              "memos/2.md: is not in the index: it was added\n");
}

TEST(ArchiveTampering, ASecondFileOfOneNameIsNamed) {
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) {
                  files.push_back({std::string(kRelease) + "/memos/1.md", "# GO\n"});
              }))),
              "memos/1.md: is in the bundle twice\n");
}

TEST(ArchiveTampering, PathsThatLeaveTheFolderAreNamed) {
    for (const std::string path : {"../x", "/etc/passwd", "other/x", "a/../../x", "a\nb", "-rf"}) {
        const std::string name = path == "other/x" || path[0] == '/' ? path : std::string(kRelease) + "/" + path;
        const ArchiveReport report = Verify(Changed([&](auto& files) { files.push_back({name, "x"}); }));
        EXPECT_FALSE(report.valid) << path;
        EXPECT_NE(ProblemText(report).find("has a path that no bundle has"), std::string::npos) << ProblemText(report);
        EXPECT_TRUE(report.files.empty());
    }
}

TEST(ArchiveTampering, AChangedIndexHasNoSignature) {
    const auto with_index = [](auto change) {
        return Verify(Changed([&](auto& files) {
            Json index = Json::parse(files[0].bytes);
            change(index);
            files[0].bytes = platform::CanonicalJson(index) + "\n";
        }));
    };
    EXPECT_NE(ProblemText(with_index([](Json& index) {
                  index["created_at"] = "2025-03-02T10:00:00Z";
              })).find("signature that does not fit"),
              std::string::npos);
    EXPECT_NE(ProblemText(with_index([](Json& index) { index["files"].erase(0); })).find("signature that does not fit"),
              std::string::npos);
    EXPECT_NE(ProblemText(with_index([](Json& index) { index["key_id"] = "0123"; })).find("signed by the key '0123'"),
              std::string::npos);
    EXPECT_NE(ProblemText(with_index([](Json& index) { index["format"] = "x"; })).find("no index of the format"),
              std::string::npos);
    EXPECT_NE(ProblemText(with_index([](Json& index) { index = 5; })).find("no JSON object"), std::string::npos);
}

TEST(ArchiveTampering, AnotherKeyIsFound) {
    EXPECT_NE(ProblemText(Verify(BuildArchive(kRelease, Entries(), kMade, OtherKey()))).find("not by the one given"),
              std::string::npos);
}

TEST(ArchiveTampering, AnotherReleasesBundleUnderThisNameIsFound) {
    EXPECT_NE(ProblemText(Verify(Changed([](auto& files) {
                  for (ArchiveEntry& file : files) {
                      file.path.replace(0, std::string(kRelease).size(), "other-release");
                  }
              }))).find("the folder is 'other-release'"),
              std::string::npos);
}

TEST(ArchiveTampering, ChangedSumsAreFound) {
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) { files[1].bytes[0] ^= 1; }))),
              "SHA256SUMS: does not list the files of the bundle\n");
}

TEST(ArchiveTampering, WhatHidesInTheTarItselfIsFound) {
    const std::string differs =
        ": is not byte for byte the bundle that was written: order, header fields or padding differ\n";
    EXPECT_EQ(ProblemText(Verify(Bundle() + "hidden after the end")), differs);
    EXPECT_EQ(ProblemText(Verify(Bundle() + std::string(512, '\0'))), differs);
    EXPECT_EQ(ProblemText(Verify(Changed([](auto& files) { std::swap(files[2], files[3]); }))).substr(0, 20),
              "SHA256SUMS: does not");
    std::vector<ArchiveEntry> files = *ReadTar(Bundle());
    EXPECT_EQ(ProblemText(Verify(WriteTar(files, kMade + std::chrono::seconds(1)))), differs);
    // Bytes in the padding behind a file's content.
    std::string padded = Bundle();
    const std::size_t content = padded.find("# GO/NO-GO\n");
    padded[content + 100] = 'h';
    EXPECT_EQ(ProblemText(Verify(padded)), differs);
}

TEST(ArchiveTampering, NoSingleByteCanChange) {
    const std::string tar = BuildArchive("r", {{"a.txt", "hello"}, {"b/c.txt", "world"}}, kMade, TestKey());
    for (std::size_t i = 0; i < tar.size(); ++i) {
        std::string tampered = tar;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        EXPECT_FALSE(Verify(tampered).valid) << i;
    }
}

TEST(ArchiveTampering, ACutBundleIsFound) {
    const std::string tar = Bundle();
    for (std::size_t length = 0; length < tar.size(); length += 509) {
        EXPECT_FALSE(Verify(tar.substr(0, length)).valid) << length;
    }
}

TEST(ArchiveTampering, LinksAndFoldersAreNoFiles) {
    for (const char type : {'1', '2', '3', '5', '6'}) {
        std::string tar = Bundle();
        tar[156] = type;  // of the first entry; its checksum follows
        unsigned sum = 0;
        for (std::size_t i = 0; i < 512; ++i) {
            sum += i >= 148 && i < 156 ? static_cast<unsigned>(' ') : static_cast<unsigned char>(tar[i]);
        }
        std::array<char, 8> digits{};
        std::snprintf(digits.data(), digits.size(), "%06o", sum);
        std::copy(digits.begin(), digits.begin() + 7, tar.begin() + 148);
        const ArchiveReport report = Verify(tar);
        EXPECT_FALSE(report.valid) << type;
        EXPECT_TRUE(report.release.empty()) << type;
    }
}

TEST(ArchiveTampering, WhatIsNoTarIsSaidToBeNone) {
    for (const std::string& bytes :
         {std::string(), std::string("hello"), std::string(10'240, '\0'), std::string(10'240, 'x'),
          std::string("PK\x03\x04"), std::string("\x1f\x8b\x08")}) {
        const ArchiveReport report = Verify(bytes);
        EXPECT_FALSE(report.valid);
        EXPECT_EQ(report.problems.size(), 1U) << ProblemText(report);
    }
}

TEST(ArchiveTampering, AnAuditSliceThatDoesNotHoldIsFound) {
    std::vector<ArchiveEntry> entries = Entries();
    std::string& audit = entries[3].bytes;
    audit.replace(audit.find("jane.doe"), 8, "john.doe");
    EXPECT_EQ(ProblemText(Verify(BuildArchive(kRelease, entries, kMade, TestKey()))),
              "audit.jsonl: line 2: entry 3 was changed: its content and the hash before it do not give its hash\n");
    entries[3].bytes = JoinLines(ExportLines(SampleChain(20)));
    EXPECT_EQ(ProblemText(Verify(BuildArchive(kRelease, entries, kMade, TestKey()))),
              "audit.jsonl: is no slice of the audit log for this release\n");
}

}  // namespace
}  // namespace wire
