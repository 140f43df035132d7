#include "controller/web/slots.hpp"

#include <cstring>  // ctemplate's headers use strlen without including it

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>

#include <stdexcept>

namespace web {
namespace {

constexpr ctemplate::Strip kPageStrip = ctemplate::STRIP_BLANK_LINES;
constexpr std::string_view kEnding = ".html.tpl";

ctemplate::TemplateString TextOf(std::string_view text) {
    return {text.data(), text.size()};
}

ctemplate::TemplateCache& PageTemplates() {
    static ctemplate::TemplateCache templates;
    static const bool filled = [] {
        for (const EmbeddedText& embedded : EmbeddedTemplates()) {
            if (!templates.StringToTemplateCache(TextOf(embedded.name), embedded.text.data(), embedded.text.size(),
                                                 kPageStrip)) {
                throw std::logic_error("the template " + std::string(embedded.name) + " does not parse");
            }
        }
        templates.Freeze();
        return true;
    }();
    if (!filled) {
        throw std::logic_error("the templates of the console are not there");
    }
    return templates;
}

std::string FileOf(std::string_view name) {
    return std::string(name).append(kEnding);
}

}  // namespace

void Slots::Set(std::string_view name, std::string_view text) {
    values_->SetValue(TextOf(name), TextOf(text));
}

void Slots::Set(std::string_view name, std::int64_t number) {
    Set(name, std::to_string(number));
}

Slots Slots::Add(std::string_view name) {
    return Slots(values_->AddSectionDictionary(TextOf(name)));
}

void Slots::Show(std::string_view name) {
    values_->ShowSection(TextOf(name));
}

Slots Slots::Part(std::string_view name, std::string_view file) {
    ctemplate::TemplateDictionary* part = values_->AddIncludeDictionary(TextOf(name));
    part->SetFilename(FileOf(file));
    return Slots(part);
}

void Slots::SetGlobal(std::string_view name, std::string_view text) {
    values_->SetTemplateGlobalValue(TextOf(name), TextOf(text));
}

void Slots::ShowGlobal(std::string_view section) {
    values_->ShowTemplateGlobalSection(TextOf(section));
}

Document::Document(std::string_view file)
    : file_(FileOf(file)), values_(std::make_unique<ctemplate::TemplateDictionary>(TextOf(file_))) {}
Document::~Document() = default;

Slots Document::Root() const {
    return Slots(values_.get());
}

std::string Document::Render() const {
    std::string text;
    ctemplate::StringEmitter out(&text);
    if (!PageTemplates().ExpandNoLoad(TextOf(file_), kPageStrip, values_.get(), nullptr, &out)) {
        throw std::logic_error("the page " + file_ + " or a part of it cannot be made");
    }
    return text;
}

}  // namespace web
