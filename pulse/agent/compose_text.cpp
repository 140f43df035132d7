#include "pulse/agent/compose_text.hpp"

#include <algorithm>
#include <map>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace pulse::agent {
namespace {

using platform::Json;

platform::Unexpected<std::string> ComposeProblem(std::string message) {
    return platform::Unexpected<std::string>(std::move(message));
}

platform::Expected<Json, std::string> Parse(std::string_view text) {
    // Nothing but comments is a file without content.
    const auto lines = platform::Split(text, '\n');
    if (std::all_of(lines.begin(), lines.end(), [](std::string_view line) {
            const std::string_view tidy = platform::Trim(line);
            return tidy.empty() || tidy.starts_with('#');
        })) {
        return Json(Json::object());
    }
    auto json = platform::ParseYaml(text);
    if (!json) {
        return ComposeProblem(json.error().empty() ? "it cannot be read" : json.error().front().message);
    }
    return std::move(*json);
}

/// The reader of YAML takes no merge keys; for looking, they are keys like any other, which ResolveMerges knows.
constexpr std::string_view kMergeKey = "<<:";
constexpr std::string_view kMergeName = "x-taken-over";

/// Nor tags: those by which a file takes back what files before it said are looked for in its text.
constexpr std::string_view kTakingBack[] = {"!reset", "!override"};

std::string Replaced(std::string_view text, std::string_view what, std::string_view by) {
    std::string replaced;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        replaced.append(text.substr(0, at)).append(by);
        text.remove_prefix(at + what.size());
    }
    return replaced.append(text);
}

std::string ForTheReader(std::string_view text) {
    std::string read = Replaced(text, kMergeKey, std::string(kMergeName) + ":");
    for (const std::string_view tag : kTakingBack) {
        read = Replaced(read, tag, "");
    }
    return read;
}

/// What `<<` takes over from an anchor, put where it is taken over to: what stands there itself comes first.
void ResolveMerges(Json& json) {
    if (json.is_structured()) {
        for (Json& child : json) {
            ResolveMerges(child);
        }
    }
    if (!json.is_object() || !json.contains(kMergeName)) {
        return;
    }
    const std::string key(kMergeName);
    const Json sources = json[key].is_array() ? json[key] : Json::array({json[key]});
    json.erase(key);
    for (const Json& source : sources) {
        if (source.is_object()) {
            for (const auto& [name, value] : source.items()) {
                json.emplace(name, value);
            }
        }
    }
}

/// Tags of compose that take back what files before said; a comment does not count.
bool HasTakingBack(std::string_view text) {
    for (const std::string_view line : platform::Split(text, '\n')) {
        const std::string_view said = line.substr(0, line.find('#'));
        for (const std::string_view tag : kTakingBack) {
            if (said.find(tag) != std::string_view::npos) {
                return true;
            }
        }
    }
    return false;
}

const Json* Child(const Json* json, std::string_view key) {
    if (json == nullptr || !json->is_object()) {
        return nullptr;
    }
    const auto found = json->find(std::string(key));
    return found == json->end() ? nullptr : &*found;
}

std::optional<std::string> ScalarText(const Json& json) {
    if (json.is_null()) {
        return std::nullopt;
    }
    return json.is_string() ? json.get<std::string>() : json.dump();
}

/// `environment` in either of its forms; a name without value is one that is handed through.
std::map<std::string, std::optional<std::string>> EnvironmentOf(const Json* environment) {
    std::map<std::string, std::optional<std::string>> variables;
    if (environment != nullptr && environment->is_object()) {
        for (const auto& [name, value] : environment->items()) {
            variables[name] = ScalarText(value);
        }
    } else if (environment != nullptr && environment->is_array()) {
        for (const Json& entry : *environment) {
            const std::string text = ScalarText(entry).value_or("");
            const std::size_t equals = text.find('=');
            variables[text.substr(0, equals)] =
                equals == std::string::npos ? std::nullopt : std::optional(text.substr(equals + 1));
        }
    }
    return variables;
}

std::vector<std::string> EnvFilesOf(const Json* files) {
    std::vector<std::string> paths;
    const auto add = [&](const Json& entry) {
        const Json* path = entry.is_object() ? Child(&entry, "path") : &entry;
        if (path != nullptr && path->is_string()) {
            paths.push_back(path->get<std::string>());
        }
    };
    if (files != nullptr && files->is_array()) {
        for (const Json& entry : *files) {
            add(entry);
        }
    } else if (files != nullptr) {
        add(*files);
    }
    return paths;
}

std::size_t IndentOf(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

bool SaysNothing(std::string_view line) {
    const std::string_view tidy = platform::Trim(line);
    return tidy.empty() || tidy.starts_with('#');
}

/// Whether the line is `key:` with nothing but a comment behind it.
bool OpensBlock(std::string_view line, std::string_view key) {
    std::string_view tidy = platform::Trim(line);
    for (const std::string& form : {std::string(key), "\"" + std::string(key) + "\"", "'" + std::string(key) + "'"}) {
        if (tidy.starts_with(form + ":")) {
            const std::string_view rest = platform::Trim(tidy.substr(form.size() + 1));
            return rest.empty() || rest.starts_with('#');
        }
    }
    return false;
}

/// The file in lines, to find a block by its indentation and to put lines into it.
class ComposeLines {
public:
    explicit ComposeLines(std::string_view text) {
        for (const std::string_view line : platform::Split(text, '\n')) {
            lines_.emplace_back(line);
        }
        if (!lines_.empty() && lines_.back().empty()) {
            lines_.pop_back();  // behind the last line feed
        }
    }

    struct Block {
        std::size_t head = 0;  // the line that opens it
        std::size_t end = 0;   // behind its last line
        std::size_t indent = 0;
        std::size_t inside = 0;  // indentation of what is in it
    };

    /// The block `key` among the lines of `parent`; of the file, when there is none.
    std::optional<Block> Find(std::string_view key, const Block* parent) const {
        const std::size_t begin = parent == nullptr ? 0 : parent->head + 1;
        const std::size_t end = parent == nullptr ? lines_.size() : parent->end;
        for (std::size_t at = begin; at < end; ++at) {
            const std::size_t wanted = parent == nullptr ? 0 : parent->inside;
            if (!SaysNothing(lines_[at]) && IndentOf(lines_[at]) == wanted && OpensBlock(lines_[at], key)) {
                return BlockAt(at, end);
            }
        }
        return std::nullopt;
    }

    void Insert(std::size_t at, std::string line) {
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
    }
    void Append(std::string line) {
        lines_.push_back(std::move(line));
    }
    std::string& At(std::size_t at) {
        return lines_[at];
    }
    std::string Text() const {
        return platform::Join(lines_, "\n") + "\n";
    }

private:
    Block BlockAt(std::size_t head, std::size_t limit) const {
        Block block{head, head + 1, IndentOf(lines_[head]), 0};
        for (std::size_t at = head + 1; at < limit; ++at) {
            if (SaysNothing(lines_[at])) {
                continue;
            }
            const std::size_t indent = IndentOf(lines_[at]);
            const bool item = indent == block.indent && platform::Trim(lines_[at]).starts_with('-');
            if (indent <= block.indent && !item) {
                break;
            }
            block.inside = block.inside == 0 ? indent : block.inside;
            block.end = at + 1;
        }
        block.inside = block.end == block.head + 1 ? block.indent + 2 : block.inside;
        return block;
    }

    std::vector<std::string> lines_;
};

std::string CommentOf(std::string_view line) {
    const std::size_t at = line.find(" #");
    return at == std::string_view::npos ? std::string() : std::string(line.substr(at));
}

/// Sets it in the lines of `environment`, which are a list or a mapping.
void SetIn(ComposeLines& lines, const ComposeLines::Block& block, std::string_view name, std::string_view value) {
    const std::string indent(block.inside, ' ');
    const std::string as_entry = std::string(name) + ": \"" + std::string(value) + "\"";
    const std::string as_item = "- " + std::string(name) + "=" + std::string(value);
    bool list = false;
    for (std::size_t at = block.head + 1; at < block.end; ++at) {
        std::string_view tidy = platform::Trim(lines.At(at));
        if (SaysNothing(tidy)) {
            continue;
        }
        const bool item = tidy.starts_with('-');
        list = list || item;
        if (item) {
            tidy = platform::Trim(tidy.substr(1));
        }
        while (tidy.starts_with('"') || tidy.starts_with('\'')) {
            tidy.remove_prefix(1);
        }
        if (!tidy.starts_with(name)) {
            continue;
        }
        const std::string_view rest = tidy.substr(name.size());
        const bool named = rest.empty() || rest.starts_with('=') || rest.starts_with(':') || rest.starts_with('"') ||
                           rest.starts_with('\'') || rest.starts_with(' ');
        if (named) {
            lines.At(at) = indent + (item ? as_item : as_entry) + CommentOf(lines.At(at));
            return;
        }
    }
    lines.Insert(block.head + 1, indent + (list ? as_item : as_entry));
}

void SetWherever(ComposeLines& lines, std::string_view service, std::string_view name, std::string_view value) {
    const auto entry = [&](std::size_t indent) {
        return std::string(indent, ' ') + std::string(name) + ": \"" + std::string(value) + "\"";
    };
    const auto services = lines.Find("services", nullptr);
    if (!services) {
        lines.Append("services:");
        lines.Append("  " + std::string(service) + ":");
        lines.Append("    environment:");
        return lines.Append(entry(6));
    }
    const auto own = lines.Find(service, &*services);
    if (!own) {
        lines.Insert(services->head + 1, std::string(services->inside, ' ') + std::string(service) + ":");
        lines.Insert(services->head + 2, std::string(services->inside + 2, ' ') + "environment:");
        return lines.Insert(services->head + 3, entry(services->inside + 4));
    }
    if (const auto environment = lines.Find("environment", &*own)) {
        return SetIn(lines, *environment, name, value);
    }
    lines.Insert(own->head + 1, std::string(own->inside, ' ') + "environment:");
    lines.Insert(own->head + 2, entry(own->inside + 2));
}

/// The document with the environment of the service taken out, and that environment beside it.
struct Apart {
    Json rest;
    std::map<std::string, std::optional<std::string>> environment;
};

Apart TakeApart(Json json, std::string_view service) {
    Apart apart;
    const Json* own = Child(Child(&json, "services"), service);
    apart.environment = EnvironmentOf(Child(own, "environment"));
    if (own != nullptr && own->is_object()) {
        json["services"][std::string(service)].erase("environment");
    }
    // A service that has nothing left is as good as one that is not there.
    if (json.contains("services") && json["services"].is_object()) {
        Json& services = json["services"];
        if (services.contains(std::string(service)) && services[std::string(service)].empty()) {
            services.erase(std::string(service));
        }
        if (services.empty()) {
            json.erase("services");
        }
    }
    apart.rest = std::move(json);
    return apart;
}

}  // namespace

platform::Expected<ComposeLook, std::string> LookIntoCompose(std::string_view text, std::string_view service,
                                                             std::string_view name) {
    auto json = Parse(ForTheReader(text));
    if (!json) {
        return ComposeProblem(json.error());
    }
    ResolveMerges(*json);
    ComposeLook look;
    look.takes_back = HasTakingBack(text);
    const Json* own = Child(Child(&*json, "services"), service);
    const auto variables = EnvironmentOf(Child(own, "environment"));
    if (const auto found = variables.find(std::string(name)); found != variables.end()) {
        look.set = true;
        look.value = found->second;
    }
    look.env_files = EnvFilesOf(Child(own, "env_file"));
    look.extends = Child(own, "extends") != nullptr || Child(&*json, "include") != nullptr;
    for (const std::string_view key : {"command", "entrypoint"}) {
        const Json* words = Child(own, key);
        look.in_command =
            look.in_command || (words != nullptr && words->dump().find(std::string(name) + "=") != std::string::npos);
    }
    return look;
}

platform::Expected<std::string, std::string> ComposeWith(std::string_view text, std::string_view service,
                                                         std::string_view name, std::string_view value) {
    auto before = Parse(text);
    if (!before) {
        return ComposeProblem(before.error());
    }
    ComposeLines lines(text);
    SetWherever(lines, service, name, value);
    std::string made = lines.Text();
    auto after = Parse(made);
    Apart was = TakeApart(std::move(*before), service);
    was.environment[std::string(name)] = std::string(value);
    if (after) {
        const Apart is = TakeApart(std::move(*after), service);
        if (is.rest == was.rest && is.environment == was.environment) {
            return made;
        }
    }
    return ComposeProblem("it is written in a form in which no line can be changed by itself: write the service " +
                          platform::QuoteForMessage(service) + " with its environment in lines of their own");
}

}  // namespace pulse::agent
