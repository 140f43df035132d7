// The values of one document for its template, escaped for the format on the way in: one filling function serves
// Markdown, HTML and text. Internal to controller/render.
//
// Names of values and sections are upper case, as the templates write them. HTML values are cleaned here and escaped by
// ctemplate where they land; Markdown and text values are escaped here. Not thread safe: one sheet per rendering.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

class Sheet {
public:
    explicit Sheet(Format format);
    ~Sheet();

    /// One line of somebody's words.
    void Line(const char* name, std::string_view value);
    void Number(const char* name, long long value);
    /// One line of an indented code block, where Markdown has no markup: only line ends and what is invisible change.
    void Code(const char* name, std::string_view value);
    /// Shows `section` once.
    void Show(const char* section);
    /// Line, within a section that is shown only when the value is not empty: `{{#TITLE_GIVEN}}{{TITLE}}`.
    void LineIfAny(const char* section, const char* name, std::string_view value);
    /// Somebody's paragraphs: shows `section` when there are any, and in it PARAGRAPH, in it LINE, in it TEXT.
    void Paragraphs(const char* section, std::string_view value);
    /// One more repetition of `section`; valid as long as this sheet.
    Sheet Row(const char* section);

    /// `kind`.md.tpl, `kind`.html.tpl or `kind`.txt.tpl.
    std::string Render(std::string_view kind, const Templates& templates) const;

private:
    Sheet(Format format, ctemplate::TemplateDictionary* values);

    std::string Escaped(std::string cleaned) const;

    Format format_;
    std::unique_ptr<ctemplate::TemplateDictionary> root_;  // none in a row
    ctemplate::TemplateDictionary* values_;
};

}  // namespace render
