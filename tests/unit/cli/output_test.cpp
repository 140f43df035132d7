// The four forms of a result, to the letter.

#include <gtest/gtest.h>

#include "controller/cli/output.hpp"

namespace cli {
namespace {

const std::vector<Column> kColumns = {
    {"tenant", "/id"}, {"in use", "/active"}, {"roles", "/roles"}, {"left", "/stay/left"}};

Json Items() {
    return {{{"id", "SBNC-dev"}, {"active", true}, {"roles", {"qa", "admin"}}, {"stay", {{"left", "3d"}}}},
            {{"id", "\xc3\x84-1"}, {"active", false}, {"roles", Json::array()}, {"stay", nullptr}}};
}

std::string ListAs(OutputForm form, const Json& items, const std::vector<Column>& columns = kColumns) {
    testing::internal::CaptureStdout();
    Output(form, true).List(items, columns);
    return testing::internal::GetCapturedStdout();
}

std::string OneAs(OutputForm form, const Json& object, const std::vector<Column>& fields = {}) {
    testing::internal::CaptureStdout();
    Output(form, true).One(object, fields);
    return testing::internal::GetCapturedStdout();
}

TEST(OutputForms, TableAlignsByCharactersNotBytes) {
    EXPECT_EQ(ListAs(OutputForm::kTable, Items()),
              "TENANT    IN USE  ROLES      LEFT\n"
              "SBNC-dev  yes     qa, admin  3d\n"
              "\xc3\x84-1       no      -          -\n");
}

TEST(OutputForms, MarkdownIsATable) {
    EXPECT_EQ(ListAs(OutputForm::kMarkdown, Items()),
              "| tenant | in use | roles | left |\n"
              "|---|---|---|---|\n"
              "| SBNC-dev | yes | qa, admin | 3d |\n"
              "| \xc3\x84-1 | no | - | - |\n");
}

TEST(OutputForms, JsonAndYamlAreTheAnswerItself) {
    const Json items = Items();
    EXPECT_EQ(Json::parse(ListAs(OutputForm::kJson, items)), items);
    const auto yaml = platform::ParseYaml(ListAs(OutputForm::kYaml, items));
    ASSERT_TRUE(yaml);
    EXPECT_EQ(*yaml, items);
    EXPECT_EQ(ListAs(OutputForm::kJson, Json::array()), "[]\n");
}

TEST(OutputForms, OneObjectIsFieldsAndValues) {
    const Json object = {{"id", "r"}, {"count", 3}, {"none", nullptr}};
    EXPECT_EQ(
        OneAs(OutputForm::kTable, object, {{"release", "/id"}, {"findings", "/count"}, {"memo", "/none"}, {"x", "/x"}}),
        "release   r\nfindings  3\nmemo      -\nx         -\n");
    EXPECT_EQ(OneAs(OutputForm::kMarkdown, object, {{"release", "/id"}}),
              "| Field | Value |\n|---|---|\n| release | r |\n");
}

TEST(OutputForms, AnEmptyListPrintsNothingOnStandardOutput) {
    EXPECT_EQ(ListAs(OutputForm::kTable, Json::array()), "");
}

TEST(OutputForms, HostileTextDrivesNoTerminalAndForgesNoRow) {
    const Json items = {
        {{"id", "a\n\x1b[31mb\x7f\xc2\x9bz|c"}, {"active", true}, {"roles", {{{"x", "\x7f\xc2\x9b"}}}}}};
    for (const OutputForm form : {OutputForm::kTable, OutputForm::kMarkdown}) {
        const std::string text = ListAs(form, items) + OneAs(form, items[0]);
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        EXPECT_EQ(text.find('\x7f'), std::string::npos);
        EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
        EXPECT_EQ(text.find("a\n"), std::string::npos);
    }
    EXPECT_NE(ListAs(OutputForm::kMarkdown, items).find("z\\|c"), std::string::npos);
}

TEST(OutputForms, AMarkdownCellCannotLeaveItsCell) {
    const std::string text = ListAs(OutputForm::kMarkdown, {{{"id", "\\| <b> [x](y) &amp;"}}}, {{"t", "/id"}});
    EXPECT_EQ(text, "| t |\n|---|\n| \\\\\\\\\\| \\<b> \\[x\\](y) \\&amp; |\n");
}

TEST(OutputForms, FindingsReadAsParagraphs) {
    const Json findings = {
        {{"rule", "HST-4"}, {"kind", "deny"}, {"hard_stop", true}, {"message", "Raised."}, {"remedy", ""}},
        {{"rule", "CLS-4"}, {"kind", "pending"}, {"message", "Missing."}, {"remedy", "Ask."}},
        {{"rule", "CHN-2"}, {"severity", "doubt"}, {"line", 14}, {"message", "So\x1b."}},
        "no finding"};
    testing::internal::CaptureStdout();
    Output(OutputForm::kTable, true).Findings(findings);
    EXPECT_EQ(testing::internal::GetCapturedStdout(),
              "HST-4 (hard stop): Raised.\n"
              "CLS-4 (pending): Missing.\n    -> Ask.\n"
              "line 14: CHN-2 (doubt): So\\x1b.\n");
}

TEST(OutputForms, NotesGoToStandardErrorAndQuietKeepsThem) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Output(OutputForm::kTable, false).Note("waiting");
    Output(OutputForm::kTable, true).Note("never seen");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "waiting\n");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace cli
