// Every document in every format: what it looks like (goldens), and that hostile words stay words.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "controller/render/memo.hpp"
#include "platform/base/text.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/render/golden.hpp"
#include "tests/unit/render/markdown_tree.hpp"
#include "tests/unit/render/samples.hpp"

namespace render_test {
namespace {

using render::Format;
using render::Templates;

struct DocumentCase {
    std::string name;
    std::function<std::string(Format)> sample;
    std::function<std::string(Format)> hostile;
};

std::vector<DocumentCase> AllDocuments() {
    const auto archive = [](const render::ArchiveIndex& index, Format format) {
        return format == Format::kMarkdown ? render::RenderArchiveIndex(index) : std::string();
    };
    const auto operation = [](const render::OperationReport& report, Format format) {
        return format == Format::kText ? std::string() : render::RenderOperationReport(report, format);
    };
    return {
        {"memo_go", [](Format f) { return RenderMemo(GoMemo(), f); },
         [](Format f) { return RenderMemo(HostileMemo(), f); }},
        {"memo_go_with_risks", [](Format f) { return RenderMemo(GoMemoWithRisks(), f); }, nullptr},
        {"memo_no_go", [](Format f) { return RenderMemo(NoGoMemo(), f); }, nullptr},
        {"memo_draft", [](Format f) { return RenderMemo(DraftMemo(), f); }, nullptr},
        {"plan", [](Format f) { return RenderPlan(SamplePlan(), f); },
         [](Format f) { return RenderPlan(HostilePlan(), f); }},
        {"manifest", [](Format f) { return RenderManifest(SampleManifest(), f); },
         [](Format f) { return RenderManifest(HostileManifest(), f); }},
        {"rollback", [](Format f) { return RenderRollbackReport(SampleRollback(), f); },
         [](Format f) { return RenderRollbackReport(HostileRollback(), f); }},
        {"timeline", [](Format f) { return RenderTimeline(SampleTimeline(), f); },
         [](Format f) { return RenderTimeline(HostileTimeline(), f); }},
        {"operation", [operation](Format f) { return operation(SampleOperation(), f); },
         [operation](Format f) { return operation(HostileOperation(), f); }},
        {"operation_complete", [operation](Format f) { return operation(CompleteOperation(), f); }, nullptr},
        {"archive", [archive](Format f) { return archive(SampleArchive(), f); },
         [archive](Format f) { return archive(HostileArchive(), f); }},
    };
}

std::set<std::string> TagsOf(std::string_view html) {
    std::set<std::string> tags;
    for (std::size_t start = html.find('<'); start != std::string_view::npos; start = html.find('<', start + 1)) {
        const std::size_t end = html.find('>', start);
        tags.insert(std::string(html.substr(start, end == std::string_view::npos ? end : end - start + 1)));
    }
    return tags;
}

/// Tags that templates hold, with the two ways a conditional class can come out.
std::set<std::string> TemplateTags() {
    std::set<std::string> tags;
    for (const render::EmbeddedTemplate& embedded : render::EmbeddedTemplates()) {
        tags.merge(TagsOf(embedded.text));
    }
    for (const char* made :
         {"<section class=\"decision go\">", "<section class=\"decision no-go\">", "<section class=\"decision draft\">",
          "<li class=\"holds\">", "<li class=\"holds-not\">"}) {
        tags.insert(made);
    }
    for (const char* label : {"met", "not met", "passed", "not passed", "done", "not done"}) {
        tags.insert("<span class=\"box\" role=\"img\" aria-label=\"" + std::string(label) + "\">");
    }
    return tags;
}

TEST(Documents, LookAsTheyDid) {
    for (const DocumentCase& document : AllDocuments()) {
        for (const auto& format : platform::EnumNames<Format>::kNames) {
            const std::string text = document.sample(format.value);
            if (!text.empty()) {
                ExpectGolden("render/" + document.name + "." + std::string(format.text), text);
            }
        }
    }
}

TEST(Documents, AreTheSameEveryTime) {
    for (const DocumentCase& document : AllDocuments()) {
        for (const Format format : {Format::kMarkdown, Format::kHtml, Format::kText}) {
            EXPECT_EQ(document.sample(format), document.sample(format)) << document.name;
        }
    }
}

TEST(Documents, LeaveNoTemplateMarkOrTrailingSpaceBehind) {
    for (const DocumentCase& document : AllDocuments()) {
        for (const Format format : {Format::kMarkdown, Format::kHtml, Format::kText}) {
            const std::string text = document.sample(format);
            EXPECT_EQ(text.find("{{"), std::string::npos) << document.name;
            EXPECT_EQ(text.find("\n\n\n"), std::string::npos) << document.name;
            EXPECT_TRUE(text.empty() || text.ends_with('\n')) << document.name;
            for (const std::string_view line : platform::Split(text, '\n')) {
                EXPECT_FALSE(line.ends_with(' ')) << document.name << ": '" << line << "'";
            }
        }
    }
}

TEST(Documents, HostileWordsAreNoHtml) {
    const std::set<std::string> allowed = TemplateTags();
    for (const DocumentCase& document : AllDocuments()) {
        if (document.hostile == nullptr) {
            continue;
        }
        const std::string html = document.hostile(Format::kHtml);
        EXPECT_TRUE(platform::IsValidUtf8(html));
        for (const std::string& tag : TagsOf(html)) {
            EXPECT_TRUE(allowed.count(tag) == 1) << document.name << ": " << tag;
        }
        EXPECT_EQ(html.find('\x1B'), std::string::npos);
        EXPECT_EQ(html.find('\0'), std::string::npos);
        EXPECT_EQ(html.find("\xE2\x80\xAE"), std::string::npos);
    }
}

TEST(Documents, HtmlIsStrict) {
    for (const DocumentCase& document : AllDocuments()) {
        const std::string html = document.sample(Format::kHtml);
        if (html.empty()) {
            continue;
        }
        EXPECT_TRUE(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n")) << document.name;
        EXPECT_NE(html.find("default-src 'none'"), std::string::npos) << document.name;
        for (const char* none : {"<script", "javascript:", "<a ", "<link", "<iframe", "<img", "url(", "http://"}) {
            EXPECT_EQ(html.find(none), std::string::npos) << document.name << ": " << none;
        }
    }
}

TEST(Documents, HostileWordsAreNoMarkdown) {
    for (const DocumentCase& document : AllDocuments()) {
        if (document.hostile == nullptr) {
            continue;
        }
        const std::string markdown = document.hostile(Format::kMarkdown);
        const MarkdownTree tree = ReadMarkdown(markdown);
        const std::set<std::string> known{"paragraph",  "list",        "item",      "tasklist",       "heading",
                                          "strong",     "code",        "table",     "table_row",      "table_header",
                                          "table_cell", "block_quote", "linebreak", "thematic_break", "softbreak"};
        for (const auto& [type, count] : tree.nodes) {
            EXPECT_TRUE(known.count(type) == 1 || (document.name == "archive" && type == "code_block"))
                << document.name << ": " << count << " " << type;
        }
        for (const std::string& heading : tree.headings) {
            EXPECT_EQ(heading.find("Heading"), std::string::npos) << document.name << ": " << heading;
        }
        EXPECT_EQ(markdown.find("\xE2\x80\xAE"), std::string::npos);
    }
}

TEST(Documents, HostileWordsMakeNoLineOfTheTextLayout) {
    for (const DocumentCase& document : AllDocuments()) {
        if (document.hostile == nullptr) {
            continue;
        }
        const std::string text = document.hostile(Format::kText);
        std::size_t headings = 0;
        for (const std::string_view line : platform::Split(text, '\n')) {
            headings += line.starts_with("Signatures:") ? 1 : 0;
            EXPECT_FALSE(line.starts_with("# Heading") || line.starts_with("- [x]")) << document.name;
            EXPECT_FALSE(line.starts_with("---")) << document.name;
        }
        EXPECT_LE(headings, 1U) << document.name;
    }
}

TEST(Documents, HoldTenThousandCharactersInEveryText) {
    policy::MemoDocument memo = HostileMemo();
    memo.title = std::string(10'000, '<');
    memo.notes = std::string(10'000, '*');
    for (const Format format : {Format::kMarkdown, Format::kHtml, Format::kText}) {
        EXPECT_GT(RenderMemo(memo, format).size(), 20'000U);
    }
}

TEST(Documents, AnOperationNamesTheUnprovenBeforeAnythingElse) {
    const std::string text = RenderOperationReport(SampleOperation(), Format::kMarkdown);
    const std::size_t order = text.find("## Order");
    ASSERT_NE(order, std::string::npos);
    for (const char* name : {"pulse-eu-2", "pulse-eu-3", "pulse-hosted"}) {
        EXPECT_LT(text.find(name), order) << name;
    }
    EXPECT_NE(text.find("1 of 4"), std::string::npos);
    EXPECT_EQ(RenderOperationReport(CompleteOperation(), Format::kMarkdown).find("NOT AS ORDERED"), std::string::npos);
    EXPECT_EQ(render::TakenText(std::chrono::milliseconds(412)), "412 ms");
    EXPECT_EQ(render::TakenText(std::chrono::milliseconds(12'399)), "12.3 s");
    EXPECT_EQ(render::TakenText(std::chrono::milliseconds(125'000)), "2 min 5 s");
}

TEST(Documents, EmptyDocumentsRender) {
    for (const Format format : {Format::kMarkdown, Format::kHtml, Format::kText}) {
        EXPECT_FALSE(RenderMemo({}, format).empty());
        EXPECT_FALSE(RenderPlan({}, format).empty());
        EXPECT_FALSE(RenderManifest({}, format).empty());
        EXPECT_FALSE(RenderRollbackReport({}, format).empty());
        EXPECT_FALSE(RenderTimeline({}, format).empty());
    }
    EXPECT_FALSE(render::RenderArchiveIndex({}).empty());
    EXPECT_FALSE(render::RenderOperationReport({}, Format::kMarkdown).empty());
    EXPECT_FALSE(render::RenderOperationReport({}, Format::kHtml).empty());
}

TEST(Templates, OverrideReplacesOne) {
    const support::TempDir directory("templates");
    support::WriteFile(directory / "memo.txt.tpl", "memo of {{RELEASE}}\n");
    const auto templates = Templates::FromDirectory(directory.Path().string());
    ASSERT_TRUE(templates) << templates.error();
    EXPECT_EQ(RenderMemo(GoMemo(), Format::kText, *templates), "memo of 2025-03-03-roster-search\n");
    EXPECT_EQ(RenderMemo(GoMemo(), Format::kMarkdown, *templates), RenderMemo(GoMemo(), Format::kMarkdown));
}

TEST(Templates, BrokenOverrideIsRefused) {
    const support::TempDir directory("templates");
    support::WriteFile(directory / "plan.md.tpl", "{{#OPEN}} never closed\n");
    const auto templates = Templates::FromDirectory(directory.Path().string());
    ASSERT_FALSE(templates);
    EXPECT_NE(templates.error().find("plan.md.tpl"), std::string::npos);
}

}  // namespace
}  // namespace render_test
