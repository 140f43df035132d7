#include "controller/render/pdf.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "platform/base/clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace render_test {
namespace {

using render::ConvertToPdf;
using render::PdfFailure;
using render::PdfOptions;

/// Ended, whether or not its new parent has noticed.
bool IsGone(const std::string& pid) {
    const std::string file = "/proc/" + pid + "/stat";
    std::ifstream state(file);
    const std::string text((std::istreambuf_iterator<char>(state)), std::istreambuf_iterator<char>());
    return text.empty() || text.find(") Z ") != std::string::npos;
}

bool IsSoonGone(const std::string& pid) {
    const platform::Deadline deadline(std::chrono::seconds(10));
    while (!IsGone(pid) && !deadline.Passed()) {
        ::poll(nullptr, 0, 5);
    }
    return IsGone(pid);
}

/// A folder to find a converter in, one for its temporary files, and the converter: a shell script that gets the names
/// of the input and of the output.
class PdfConversion : public testing::Test {
protected:
    void Install(const char* name, const std::string& script) {
        const auto path = programs_ / name;
        support::WriteFile(path, "#!/bin/sh\n" + script);
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }
    PdfOptions Options() const {
        PdfOptions options;
        options.search_path = programs_.Path().string() + ":/nowhere:";
        options.temporary_directory = temporary_.Path().string();
        return options;
    }
    bool NothingLeft() const {
        return std::filesystem::is_empty(temporary_.Path());
    }

    support::TempDir programs_{"programs"};
    support::TempDir temporary_{"temporary"};
};

TEST_F(PdfConversion, SaysWhatToInstall) {
    const auto pdf = ConvertToPdf("<p>x</p>", Options());
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kNoConverter);
    EXPECT_NE(pdf.error().message.find("install weasyprint"), std::string::npos);
}

TEST_F(PdfConversion, HandsTheDocumentOverAndReadsTheResult) {
    Install("weasyprint", "{ printf '%%PDF-1.7\\n'; /bin/cat \"$1\"; echo \"$HOME\"; } > \"$2\"\n");
    const auto pdf = ConvertToPdf("<p>words</p>", Options());
    ASSERT_TRUE(pdf) << pdf.error().message << pdf.error().detail;
    EXPECT_EQ(pdf->substr(0, 22), "%PDF-1.7\n<p>words</p>" + temporary_.Path().string().substr(0, 1));
    EXPECT_TRUE(NothingLeft());
}

TEST_F(PdfConversion, PrefersWeasyprint) {
    Install("wkhtmltopdf", "exit 1\n");
    Install("weasyprint", "printf '%%PDF-1.4' > \"$2\"\n");
    EXPECT_TRUE(ConvertToPdf("x", Options()));
}

TEST_F(PdfConversion, FailureIsReportedWithWhatItWrote) {
    Install("weasyprint", "echo 'bad style' >&2\nexit 3\n");
    const auto pdf = ConvertToPdf("x", Options());
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kFailed);
    EXPECT_EQ(pdf.error().detail, "bad style\n");
    EXPECT_EQ(pdf.error().message.find("bad style"), std::string::npos);
    EXPECT_TRUE(NothingLeft());
}

TEST_F(PdfConversion, ResultThatIsNoPdfIsAFailure) {
    Install("weasyprint", "echo hello > \"$2\"\n");
    const auto pdf = ConvertToPdf("x", Options());
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kFailed);
}

TEST_F(PdfConversion, TimeLimitEndsItAndAllItStarted) {
    const auto note = temporary_ / "pids";
    Install("weasyprint", "/bin/sleep 600 &\necho $$ $! > " + note.string() + "\nwait\n");
    PdfOptions options = Options();
    options.time_limit = std::chrono::milliseconds(300);
    const auto pdf = ConvertToPdf("x", options);
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kTimedOut);

    const std::string pids = support::ReadFile(note);
    const std::size_t space = pids.find(' ');
    ASSERT_NE(space, std::string::npos);
    EXPECT_TRUE(IsSoonGone(pids.substr(0, space)));
    EXPECT_TRUE(IsSoonGone(pids.substr(space + 1, pids.size() - space - 2)));
}

TEST_F(PdfConversion, SizeLimitEndsIt) {
    Install("weasyprint", "while :; do printf '%4096s' x; done > \"$2\"\n");
    PdfOptions options = Options();
    options.max_bytes = 100'000;
    const auto pdf = ConvertToPdf("x", options);
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kTooLarge);
    EXPECT_TRUE(NothingLeft());
}

TEST_F(PdfConversion, FloodOfWordsIsCut) {
    Install("weasyprint",
            "i=0\nwhile [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); "
            "done\nprintf '%%PDF-1.4' > \"$2\"\nexit 1\n");
    const auto pdf = ConvertToPdf("x", Options());
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().detail.size(), 4000U);
}

TEST_F(PdfConversion, ProgramThatCannotRunIsAFailure) {
    Install("weasyprint", "");
    support::WriteFile(programs_ / "weasyprint",
                       "\x7F"
                       "ELF nonsense");
    const auto pdf = ConvertToPdf("x", Options());
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().failure, PdfFailure::kFailed);
    EXPECT_TRUE(NothingLeft());
}

TEST_F(PdfConversion, MissingTemporaryFolderIsAFailure) {
    Install("weasyprint", "printf '%%PDF-1.4' > \"$2\"\n");
    PdfOptions options = Options();
    options.temporary_directory = (temporary_ / "missing").string();
    EXPECT_FALSE(ConvertToPdf("x", options));
}

}  // namespace
}  // namespace render_test
