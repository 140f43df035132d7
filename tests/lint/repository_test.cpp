// The repository keeps its own rules. Each complaint says what to do instead.
#include "tests/lint/documents.hpp"
#include "tests/lint/include_table.hpp"
#include "tests/lint/patterns.hpp"
#include "tests/lint/source_tree.hpp"

#include <string>

#include <gtest/gtest.h>

#include <unistd.h>

namespace {

constexpr std::size_t kLongestFile = 500;

const lint::SourceTree& Repository() {
    static const lint::SourceTree tree = lint::LoadRepository();
    return tree;
}

void ExpectNone(const lint::Complaints& complaints) {
    EXPECT_TRUE(complaints.empty()) << lint::Listed(complaints);
}

TEST(Repository, FoldersIncludeOnlyWhatTheTableAllows) {
    const auto table = lint::ParseIncludeTable(lint::FileAt(Repository(), "tests/lint/include_table.txt").text);
    ExpectNone(lint::CheckIncludes(Repository(), table));
}

TEST(Repository, HoldsNoneOfTheForbiddenPatterns) {
    const auto patterns = lint::ParsePatterns(lint::FileAt(Repository(), "tests/lint/patterns.txt").text);
    ExpectNone(lint::CheckPatterns(Repository(), patterns));
}

TEST(Repository, FilesAreShortEnoughToRead) {
    const auto& list = lint::FileAt(Repository(), "tests/lint/long_files.txt").text;
    ExpectNone(lint::CheckLengths(Repository(), list, kLongestFile));
}

TEST(Repository, LinksOfDocumentsLeadSomewhere) {
    ExpectNone(lint::CheckLinks(Repository()));
}

TEST(Repository, ScriptsCanBeRun) {
    for (const char* path : {"dev", ".ci/run"}) {
        EXPECT_EQ(::access((std::string(PORTCULLIS_SOURCE_DIR) + "/" + path).c_str(), X_OK), 0) << path;
    }
}

}  // namespace
