#include "platform/base/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace platform {
namespace {

class Files : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "files-test-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        std::filesystem::remove_all(folder_);
    }
    std::string Path(const std::string& name) const {
        return folder_ + "/" + name;
    }
    std::vector<std::string> Names() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    std::string folder_;
};

TEST_F(Files, ReadsBackWhatWasWritten) {
    const std::string bytes("a\0b\n\xFF", 5);
    ASSERT_TRUE(WriteFileAtomically(Path("x"), bytes, 0644).has_value());
    EXPECT_EQ(ReadFile(Path("x"), 5).value(), bytes);
    EXPECT_EQ(Names(), std::vector<std::string>{"x"});
}

TEST_F(Files, ReadsAnEmptyFileAndALargeOne) {
    ASSERT_TRUE(WriteFileAtomically(Path("empty"), "", 0644).has_value());
    EXPECT_EQ(ReadFile(Path("empty"), 0).value(), "");
    const std::string large(300'000, 'l');
    ASSERT_TRUE(WriteFileAtomically(Path("large"), large, 0644).has_value());
    EXPECT_EQ(ReadFile(Path("large"), 300'000).value(), large);
}

TEST_F(Files, RefusesMoreThanItsBound) {
    ASSERT_TRUE(WriteFileAtomically(Path("x"), "12345", 0644).has_value());
    const auto content = ReadFile(Path("x"), 4);
    ASSERT_FALSE(content.has_value());
    EXPECT_EQ(content.error().code, EFBIG);
    EXPECT_EQ(content.error().message, "cannot read " + Path("x") + ": it is larger than the 4 bytes allowed here");
}

TEST_F(Files, SaysWhichFileIsMissing) {
    const auto content = ReadFile(Path("none"), 10);
    ASSERT_FALSE(content.has_value());
    EXPECT_EQ(content.error().code, ENOENT);
    EXPECT_EQ(content.error().message, "cannot read " + Path("none") + ": No such file or directory");
}

TEST_F(Files, RefusesToReadAFolder) {
    const auto content = ReadFile(folder_, 10);
    ASSERT_FALSE(content.has_value());
    EXPECT_EQ(content.error().code, EISDIR);
}

TEST_F(Files, SetsTheModeWhateverTheUmask) {
    const mode_t before = ::umask(0777);
    const auto written = WriteFileAtomically(Path("x"), "x", 0640);
    ::umask(before);
    ASSERT_TRUE(written.has_value());
    EXPECT_EQ(FileMode(Path("x")).value() & 07777U, 0640U);
}

TEST_F(Files, ReplacesTheOldContentAndItsMode) {
    ASSERT_TRUE(WriteFileAtomically(Path("x"), "old and long", 0644).has_value());
    ASSERT_TRUE(WriteFileAtomically(Path("x"), "new", 0600).has_value());
    EXPECT_EQ(ReadFile(Path("x"), 100).value(), "new");
    EXPECT_EQ(FileMode(Path("x")).value() & 07777U, 0600U);
}

TEST_F(Files, LeavesTheOldContentAndNoLitterWhenWritingFails) {
    // A folder in the way: the new file is complete, and cannot be renamed into place.
    std::filesystem::create_directory(Path("x"));
    const auto written = WriteFileAtomically(Path("x"), "new", 0644);
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().message.rfind("cannot write " + Path("x") + ": ", 0), 0U);
    EXPECT_EQ(Names(), std::vector<std::string>{"x"});

    EXPECT_FALSE(WriteFileAtomically(Path("none/x"), "new", 0644).has_value());
    EXPECT_FALSE(FileMode(Path("none")).has_value());
}

TEST_F(Files, IsWholeAtEveryMomentWhileItIsReplaced) {
    const std::string first(100'000, 'a');
    const std::string second(100'000, 'b');
    ASSERT_TRUE(WriteFileAtomically(Path("x"), first, 0644).has_value());
    std::thread writer([&] {
        for (int i = 0; i < 20; ++i) {
            EXPECT_TRUE(WriteFileAtomically(Path("x"), i % 2 == 0 ? second : first, 0644).has_value());
        }
    });
    for (int i = 0; i < 200; ++i) {
        const auto content = ReadFile(Path("x"), 200'000);
        ASSERT_TRUE(content.has_value());
        EXPECT_TRUE(*content == first || *content == second);
    }
    writer.join();
}

}  // namespace
}  // namespace platform
