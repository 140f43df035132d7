#include "controller/render/sheet.hpp"

#include <cstring>  // ctemplate's headers use strlen without including it

#include <ctemplate/template_dictionary.h>

#include <utility>

#include "controller/render/escape.hpp"

namespace render {

Sheet::Sheet(Format format)
    : format_(format), root_(std::make_unique<ctemplate::TemplateDictionary>("document")), values_(root_.get()) {
    if (format_ == Format::kHtml) {
        values_->AddIncludeDictionary("STYLE")->SetFilename("style.html.tpl");
    }
}

Sheet::Sheet(Format format, ctemplate::TemplateDictionary* values) : format_(format), values_(values) {}
Sheet::~Sheet() = default;

std::string Sheet::Escaped(std::string cleaned) const {
    return format_ == Format::kMarkdown ? EscapeMarkdown(cleaned) : std::move(cleaned);
}

void Sheet::Line(const char* name, std::string_view value) {
    values_->SetValue(name, Escaped(CleanLine(value)));
}

void Sheet::Number(const char* name, long long value) {
    values_->SetIntValue(name, value);
}

void Sheet::Code(const char* name, std::string_view value) {
    values_->SetValue(name, CleanLine(value));
}

void Sheet::Show(const char* section) {
    values_->ShowSection(section);
}

void Sheet::LineIfAny(const char* section, const char* name, std::string_view value) {
    if (!CleanLine(value).empty()) {
        Row(section).Line(name, value);
    }
}

void Sheet::Paragraphs(const char* section, std::string_view value) {
    const auto paragraphs = CleanParagraphs(value);
    if (paragraphs.empty()) {
        return;
    }
    ctemplate::TemplateDictionary* shown = values_->AddSectionDictionary(section);
    for (const auto& lines : paragraphs) {
        ctemplate::TemplateDictionary* paragraph = shown->AddSectionDictionary("PARAGRAPH");
        for (const std::string& line : lines) {
            const std::string text = format_ == Format::kText ? line : KeepIndent(line);
            paragraph->AddSectionDictionary("LINE")->SetValue("TEXT", Escaped(text));
        }
    }
}

Sheet Sheet::Row(const char* section) {
    return Sheet(format_, values_->AddSectionDictionary(section));
}

std::string Sheet::Render(std::string_view kind, const Templates& templates) const {
    return templates.Expand(std::string(kind) + "." + std::string(platform::EnumText(format_)) + ".tpl", *values_);
}

}  // namespace render
