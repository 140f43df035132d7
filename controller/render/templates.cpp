#include "controller/render/templates.hpp"

#include <cstring>  // ctemplate's headers use strlen without including it

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "platform/base/files.hpp"

namespace render {
namespace {

constexpr std::size_t kMaxTemplateBytes = 256 * 1024;
// A line that holds nothing but a section mark leaves no line behind; `{{BLANK}}` makes a blank one.
constexpr ctemplate::Strip kStrip = ctemplate::STRIP_BLANK_LINES;

bool AddTemplate(ctemplate::TemplateCache& cache, std::string_view name, std::string_view text) {
    return cache.StringToTemplateCache(ctemplate::TemplateString(name.data(), name.size()), text.data(), text.size(),
                                       kStrip);
}

}  // namespace

struct Templates::Cache {
    ctemplate::TemplateCache templates;
};

Templates::Templates() : cache_(std::make_unique<Cache>()) {}
Templates::~Templates() = default;
Templates::Templates(Templates&&) noexcept = default;
Templates& Templates::operator=(Templates&&) noexcept = default;

const Templates& Templates::BuiltIn() {
    static const Templates built_in = [] {
        Templates templates;
        for (const EmbeddedTemplate& embedded : EmbeddedTemplates()) {
            if (!AddTemplate(templates.cache_->templates, embedded.name, embedded.text)) {
                throw std::logic_error("the built-in template " + std::string(embedded.name) + " does not parse");
            }
        }
        templates.cache_->templates.Freeze();
        return templates;
    }();
    return built_in;
}

platform::Expected<Templates, std::string> Templates::FromDirectory(const std::string& directory) {
    Templates templates;
    for (const EmbeddedTemplate& embedded : EmbeddedTemplates()) {
        const std::string path = directory + "/" + std::string(embedded.name);
        auto file = platform::ReadFile(path, kMaxTemplateBytes);
        if (!file && file.error().code != ENOENT) {
            return platform::Unexpected<std::string>(file.error().message);
        }
        const std::string_view text = file ? std::string_view(*file) : embedded.text;
        if (!AddTemplate(templates.cache_->templates, embedded.name, text)) {
            return platform::Unexpected<std::string>(
                "the template " + path + " does not parse; compare its section marks with the one in templates/");
        }
    }
    templates.cache_->templates.Freeze();
    return templates;
}

std::string Templates::Expand(std::string_view name, const ctemplate::TemplateDictionary& values) const {
    std::string text;
    ctemplate::StringEmitter out(&text);
    if (!cache_->templates.ExpandNoLoad(ctemplate::TemplateString(name.data(), name.size()), kStrip, &values, nullptr,
                                        &out)) {
        throw std::logic_error("no template " + std::string(name));
    }
    return text;
}

}  // namespace render
