// The journal of kills on a real disk: what survives, what is reported, and what a full disk does.
#include "controller/fleet/journal/kill_journal.hpp"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/flushes.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using fleet::KillJournal;

constexpr std::size_t kSmallRoom = 8 * 1024;

class KillJournals : public ::testing::Test {
protected:
    std::string Folder() const {
        return (dir_ / "journal-of-kills").string();
    }
    std::string File() const {
        return Folder() + "/journal";
    }
    std::string Content() const {
        return support::ReadFile(File());
    }
    /// The lines without the room behind them.
    std::string Lines() const {
        const std::string all = Content();
        return all.substr(0, all.find('\0'));
    }
    static std::vector<std::string> Ids(const KillJournal& journal) {
        std::vector<std::string> ids;
        for (const auto& entry : journal.Pending()) {
            ids.push_back(entry.id + "=" + entry.text);
        }
        return ids;
    }
    using Texts = std::vector<std::string>;

    support::TempDir dir_{"kill-journal"};
};

TEST_F(KillJournals, KeepWhatWasNotEnteredInItsOrder) {
    {
        KillJournal journal(Folder());
        EXPECT_TRUE(journal.Append({"op_1", "{\"a\": 1}"}));
        EXPECT_TRUE(journal.Append({"op_2", "{}"}));
        EXPECT_TRUE(journal.Append({"op_3", "three of them"}));
        journal.Entered("op_2");
        journal.Entered("op_unknown");
    }
    KillJournal journal(Folder());
    EXPECT_EQ(Ids(journal), (Texts{"op_1={\"a\": 1}", "op_3=three of them"}));
    EXPECT_TRUE(journal.Damage().empty());
    journal.Entered("op_1");
    journal.Entered("op_3");
    EXPECT_TRUE(KillJournal(Folder()).Pending().empty());
}

TEST_F(KillJournals, KeepTheNewestOfAnEntryInItsPlace) {
    {
        KillJournal journal(Folder());
        EXPECT_TRUE(journal.Append({"op_1", "sent to one"}));
        EXPECT_TRUE(journal.Append({"op_2", "{}"}));
        EXPECT_TRUE(journal.Append({"op_1", "sent to two"}));
        EXPECT_EQ(Ids(journal), (Texts{"op_1=sent to two", "op_2={}"}));
    }
    KillJournal journal(Folder());
    EXPECT_EQ(Ids(journal), (Texts{"op_1=sent to two", "op_2={}"}));
    journal.Entered("op_1");
    EXPECT_EQ(Ids(KillJournal(Folder())), (Texts{"op_2={}"}));
}

TEST_F(KillJournals, AreFlushedToTheDiskBeforeAKillGoesOn) {
    KillJournal journal(Folder());
    support::ForgetFlushes();
    ASSERT_TRUE(journal.Append({"op_1", "tenants off"}));
    EXPECT_TRUE(support::WasFlushed("tenants off")) << "what is acknowledged survives a power cut";
}

TEST_F(KillJournals, AreForTheirOwnerAlone) {
    const KillJournal journal(Folder());
    EXPECT_EQ(std::filesystem::status(Folder()).permissions(), std::filesystem::perms(0700));
    EXPECT_EQ(std::filesystem::status(File()).permissions(), std::filesystem::perms(0600));
}

TEST_F(KillJournals, ATornEndIsReportedAndKeptAndTheRestCounts) {
    {
        KillJournal journal(Folder());
        EXPECT_TRUE(journal.Append({"op_1", "one"}));
        EXPECT_TRUE(journal.Append({"op_2", "two"}));
    }
    const std::string lines = Lines();
    std::string torn = lines.substr(0, lines.size() - 4);
    torn.resize(Content().size(), '\0');
    support::WriteFile(File(), torn);
    {
        const KillJournal journal(Folder());
        EXPECT_EQ(Ids(journal), Texts{"op_1=one"});
        ASSERT_EQ(journal.Damage().size(), 2U);
        EXPECT_NE(journal.Damage()[0].find("no whole entry"), std::string::npos) << journal.Damage()[0];
        const std::size_t at = journal.Damage()[1].find(File());
        ASSERT_NE(at, std::string::npos) << journal.Damage()[1];
        EXPECT_EQ(support::ReadFile(journal.Damage()[1].substr(at)), lines.substr(0, lines.size() - 4));
    }
    EXPECT_TRUE(KillJournal(Folder()).Damage().empty()) << "it is said once";
}

TEST_F(KillJournals, AWholeEntryBehindADamagedOneCounts) {
    {
        KillJournal journal(Folder());
        EXPECT_TRUE(journal.Append({"op_1", "one"}));
        EXPECT_TRUE(journal.Append({"op_2", "two"}));
        EXPECT_TRUE(journal.Append({"op_3", "three"}));
    }
    std::string content = Content();
    content[content.find("two")] = 'T';
    content[content.find("one")] = '\0';
    support::WriteFile(File(), content);
    const KillJournal journal(Folder());
    EXPECT_EQ(Ids(journal), Texts{"op_3=three"});
    EXPECT_EQ(journal.Damage().size(), 3U);
}

TEST_F(KillJournals, ALostEndWithoutALineBreakIsWholeWhenItsChecksumSaysSo) {
    {
        KillJournal journal(Folder());
        EXPECT_TRUE(journal.Append({"op_1", "one"}));
    }
    const std::string lines = Lines();
    support::WriteFile(File(), lines.substr(0, lines.size() - 1));
    const KillJournal journal(Folder());
    EXPECT_EQ(Ids(journal), Texts{"op_1=one"});
    EXPECT_TRUE(journal.Damage().empty());
}

TEST_F(KillJournals, AreWrittenAnewWhileNothingIsOwedAndGrowWhenMuchIs) {
    KillJournal journal(Folder(), kSmallRoom);
    const std::string text(300, 'x');
    for (int i = 0; i < 200; ++i) {
        const std::string id = "op_" + std::to_string(i);
        EXPECT_TRUE(journal.Append({id, text}));
        journal.Entered(id);
    }
    EXPECT_EQ(std::filesystem::file_size(File()), kSmallRoom);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(journal.Append({"late_" + std::to_string(i), text}));
    }
    EXPECT_GT(std::filesystem::file_size(File()), kSmallRoom);
    EXPECT_EQ(KillJournal(Folder(), kSmallRoom).Pending().size(), 100U);
}

/// No file of this process may grow beyond it.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST_F(KillJournals, AFullDiskHasRoomUntilItIsUsedUpAndIsSaidThen) {
    KillJournal journal(Folder(), kSmallRoom);
    const std::string text(1'000, 'x');
    int kept = 0;
    {
        const FileSizeLimit full(kSmallRoom);
        platform::Expected<void, std::string> last;
        while ((last = journal.Append({"op_" + std::to_string(kept), text}))) {
            ++kept;
            ASSERT_LT(kept, 100);
        }
        EXPECT_NE(last.error().find(File()), std::string::npos) << last.error();
        EXPECT_FALSE(journal.Append({"op_again", text}));
        journal.Entered("op_0");
    }
    EXPECT_GE(kept, 6) << "the room was taken beforehand";
    EXPECT_TRUE(journal.Append({"op_after", text})) << "once there is space again";
    const KillJournal again(Folder(), kSmallRoom);
    EXPECT_TRUE(again.Damage().empty()) << again.Damage().front();
    EXPECT_EQ(again.Pending().size(), static_cast<std::size_t>(kept));
    EXPECT_EQ(again.Pending().back().id, "op_after");
}

TEST_F(KillJournals, SayAtOnceWhenTheyCannotBeKept) {
    support::WriteFile(dir_ / "a-file", "");
    EXPECT_THROW(KillJournal((dir_ / "a-file").string()), std::runtime_error);
    EXPECT_THROW(KillJournal((dir_ / "no" / "such" / "folder").string()), std::runtime_error);
}

}  // namespace
}  // namespace fleet_test
