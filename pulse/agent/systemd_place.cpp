#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "platform/base/text.hpp"
#include "pulse/agent/env_text.hpp"
#include "pulse/agent/own_files.hpp"
#include "pulse/agent/place.hpp"
#include "pulse/agent/unit_text.hpp"
#include "tenancy/kill_switch.hpp"

namespace pulse::agent {
namespace {

constexpr mode_t kUnitFileMode = 0644;
constexpr mode_t kEnvFileMode = 0644;
/// Behind the names that people give theirs.
constexpr std::string_view kDropInName = "zz-pulse-agent.conf";
/// From the least to the most important: what is in a later one hides what has its name in an earlier one.
constexpr std::array<std::string_view, 13> kUnitFolders{
    "/run/systemd/generator.late",   "/lib/systemd/system",          "/usr/lib/systemd/system",
    "/usr/local/lib/systemd/system", "/run/systemd/generator",       "/run/systemd/system.attached",
    "/run/systemd/system",           "/etc/systemd/system.attached", "/etc/systemd/system",
    "/run/systemd/generator.early",  "/run/systemd/transient",       "/run/systemd/system.control",
    "/etc/systemd/system.control"};

std::string OwnDropIn(const std::string& env_file) {
    return "# Written by pulse-agent: the switch of this service, as its controller orders it. Read behind every "
           "other\n"
           "# source, so that none of them beats it.\n"
           "[Service]\nEnvironmentFile=-" +
           env_file + "\n";
}

/// "service.d", "pulse-.service.d", "pulse-eu.service.d": the more it is about this unit, the later.
std::vector<std::string> DropInFoldersOf(const std::string& unit) {
    const std::size_t dot = unit.rfind('.');
    const std::string stem = unit.substr(0, dot);
    const std::string type = dot == std::string::npos ? "service" : unit.substr(dot + 1);
    std::vector<std::string> folders{type + ".d"};
    for (std::size_t dash = stem.find('-'); dash != std::string::npos; dash = stem.find('-', dash + 1)) {
        folders.push_back(stem.substr(0, dash + 1) + "." + type + ".d");
    }
    if (const std::size_t at = stem.find('@'); at != std::string::npos && at + 1 < stem.size()) {
        folders.push_back(stem.substr(0, at + 1) + "." + type + ".d");
    }
    folders.push_back(unit + ".d");
    return folders;
}

/// "pulse@.service" of "pulse@eu.service"; empty when it is no instance of a template.
std::string TemplateOf(const std::string& unit) {
    const std::size_t at = unit.find('@');
    const std::size_t dot = unit.rfind('.');
    return at == std::string::npos || dot == std::string::npos || at + 1 >= dot
               ? std::string()
               : unit.substr(0, at + 1) + unit.substr(dot);
}

bool IsShell(std::string_view command) {
    const std::string_view program = command.substr(0, command.find_first_of(" \t"));
    const std::string_view name = program.substr(program.find_last_of("/-@:+!") + 1);
    return name == "sh" || name == "bash" || name == "dash";
}

/// What is set where, as systemd puts it together.
struct Merge {
    struct File {
        std::string path;
        std::string where;
    };
    std::vector<std::pair<std::string, std::string>> environment;  // value and where
    std::vector<File> files;
    struct Unset {
        std::string where;
        std::optional<std::string> value;  // only when it has this one
    };
    std::vector<Unset> unset;
    std::vector<std::string> passed;   // handed through from the manager's own environment
    std::vector<std::string> started;  // ExecStart that names the variable
    std::vector<std::string> shells;   // ExecStart that is a shell's
};

class SystemdPlace final : public Place {
public:
    explicit SystemdPlace(SystemdOptions options) : options_(std::move(options)) {}

    std::string Where() const override {
        return "the drop-in " + DropInPath() + " with its file " + options_.env_file;
    }

    PlaceLook Look(std::string_view wanted) const override {
        PlaceLook look;
        const Merge merge = MergeOf(Parts(look), look);
        for (const std::string& where : merge.passed) {
            look.beaten.push_back(where + " hands it through from systemd's own environment");
        }
        for (const auto& [value, where] : merge.environment) {
            look.value = value;
            look.beaten.push_back(where + " sets it to " + platform::QuoteForMessage(value));
        }
        bool own_seen = false;
        for (const Merge::File& file : merge.files) {
            if (file.path == options_.env_file) {
                own_seen = true;
                look.value = std::string(wanted);
                continue;
            }
            LookIntoFile(file, own_seen, look);
        }
        if (!own_seen) {
            look.shadows.push_back("an empty EnvironmentFile= behind " + DropInPath() +
                                   " forgets the agent's file: take that line away, or name its drop-in so that it "
                                   "sorts before " +
                                   std::string(kDropInName));
        }
        for (const Merge::Unset& unset : merge.unset) {
            if (unset.value && unset.value != look.value) {
                continue;
            }
            look.value.reset();
            look.shadows.push_back(unset.where + " takes the variable away (UnsetEnvironment): take that line out");
        }
        for (const std::string& where : merge.started) {
            look.shadows.push_back(where + " sets the variable by itself, in front of the program: take it out there");
        }
        for (const std::string& where : merge.shells) {
            look.remarks.push_back(where + " starts it through a shell, which may set the variable by itself");
        }
        return look;
    }

    bool Holds(std::string_view value) const override {
        const auto drop_in = ReadConfigFile(Rooted(DropInPath()));
        const auto file = ReadConfigFile(Rooted(options_.env_file));
        return drop_in && *drop_in == OwnDropIn(options_.env_file) && file && *file &&
               LookIntoEnv(**file, tenancy::kSwitchVariable, EnvReader::kSystemd).value == value;
    }

    platform::Expected<void, std::string> Write(std::string_view value) override {
        // The file first: a drop-in must not name one that is not there yet.
        const std::string path = Rooted(options_.env_file);
        const auto before = ReadConfigFile(path);
        if (!before) {
            return platform::Unexpected<std::string>(before.error());
        }
        const std::string text = EnvWith(before->value_or(""), tenancy::kSwitchVariable, value, EnvReader::kSystemd);
        if (LookIntoEnv(text, tenancy::kSwitchVariable, EnvReader::kSystemd).value != value) {
            return platform::Unexpected<std::string>(path + " cannot take a line: its last one is not finished");
        }
        if (text != before->value_or("")) {
            if (auto written = RewriteConfigFile(path, text, kEnvFileMode); !written) {
                return written;
            }
        }
        const std::string drop_in = Rooted(DropInPath());
        const auto there = ReadConfigFile(drop_in);
        if (!there) {
            return platform::Unexpected<std::string>(there.error());
        }
        if (*there == OwnDropIn(options_.env_file)) {
            return {};
        }
        return RewriteConfigFile(drop_in, OwnDropIn(options_.env_file), kUnitFileMode);
    }

private:
    std::string DropInPath() const {
        return "/etc/systemd/system/" + options_.unit + ".d/" + std::string(kDropInName);
    }
    std::string Rooted(const std::string& path) const {
        return options_.root + path;
    }

    void Add(const std::string& path, std::vector<UnitPart>& parts, PlaceLook& look) const {
        const auto text = ReadConfigFile(Rooted(path));
        if (!text) {
            look.remarks.push_back("it cannot be looked into: " + text.error());
        } else if (*text) {
            parts.push_back({path, **text});
        }
    }

    /// Where the unit's file is; empty when there is none.
    std::string FragmentOf(const std::string& unit) const {
        std::string fragment;
        for (const std::string_view folder : kUnitFolders) {
            const std::string path = std::string(folder) + "/" + unit;
            std::error_code error;
            const auto status = std::filesystem::symlink_status(Rooted(path), error);
            fragment = std::filesystem::exists(status) ? path : fragment;
        }
        return fragment;
    }

    /// The unit's names: it may be a link to another unit, and others may be links to it. Drop-ins of all of them
    /// count.
    std::vector<std::string> NamesOf(const std::string& unit) const {
        std::vector<std::string> names{unit};
        const auto add = [&](const std::string& name) {
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(name);
            }
        };
        for (std::size_t known = 0; known < names.size(); ++known) {
            for (const std::string_view folder : kUnitFolders) {
                std::error_code error;
                for (const auto& entry : std::filesystem::directory_iterator(Rooted(std::string(folder)), error)) {
                    std::error_code none;
                    const std::string target = std::filesystem::read_symlink(entry.path(), none).filename().string();
                    const std::string name = entry.path().filename().string();
                    if (none || target == "null" || !target.ends_with(unit.substr(unit.rfind('.') + 1))) {
                        continue;
                    }
                    if (name == names[known]) {
                        add(target);
                    } else if (target == names[known]) {
                        add(name);
                    }
                }
            }
        }
        return names;
    }

    /// The unit file and its drop-ins, the agent's among them as it is going to be.
    std::vector<UnitPart> Parts(PlaceLook& look) const {
        std::vector<UnitPart> parts;
        std::string fragment = FragmentOf(options_.unit);
        if (fragment.empty() && !TemplateOf(options_.unit).empty()) {
            fragment = FragmentOf(TemplateOf(options_.unit));
        }
        std::map<std::string, std::string> drop_ins;  // by name
        for (const std::string& name : NamesOf(options_.unit)) {
            for (const std::string& drop_in_folder : DropInFoldersOf(name)) {
                for (const std::string_view folder : kUnitFolders) {
                    Collect(std::string(folder) + "/" + drop_in_folder, drop_ins);
                }
            }
        }
        drop_ins[std::string(kDropInName)] = DropInPath();
        if (fragment.empty()) {
            look.remarks.push_back("there is no unit file for " + options_.unit + " where systemd looks for them");
        } else {
            Add(fragment, parts, look);
        }
        for (const auto& [name, path] : drop_ins) {
            if (path == DropInPath()) {
                parts.push_back({path, OwnDropIn(options_.env_file)});
            } else {
                Add(path, parts, look);
            }
        }
        return parts;
    }

    void Collect(const std::string& folder, std::map<std::string, std::string>& drop_ins) const {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(Rooted(folder), error)) {
            const std::string name = entry.path().filename().string();
            if (name.ends_with(".conf")) {
                drop_ins[name] = folder + "/" + name;
            }
        }
    }

    Merge MergeOf(const std::vector<UnitPart>& parts, PlaceLook& look) const {
        Merge merge;
        const std::string name(tenancy::kSwitchVariable);
        for (const UnitSetting& setting : EnvironmentSettingsOf(parts)) {
            if (setting.key == "Environment") {
                if (setting.value.empty()) {
                    merge.environment.clear();
                }
                for (const std::string& word : WordsOf(setting.value)) {
                    if (word.starts_with(name + "=")) {
                        merge.environment.emplace_back(word.substr(name.size() + 1), setting.where);
                    }
                }
            } else if (setting.key == "EnvironmentFile") {
                AddFiles(setting, merge, look);
            } else if (setting.key == "UnsetEnvironment") {
                if (setting.value.empty()) {
                    merge.unset.clear();
                }
                for (const std::string& word : WordsOf(setting.value)) {
                    if (word == name) {
                        merge.unset.push_back({setting.where, std::nullopt});
                    } else if (word.starts_with(name + "=")) {
                        merge.unset.push_back({setting.where, word.substr(name.size() + 1)});
                    }
                }
            } else if (setting.key == "PassEnvironment") {
                if (setting.value.empty()) {
                    merge.passed.clear();
                }
                for (const std::string& word : WordsOf(setting.value)) {
                    if (word == name) {
                        merge.passed.push_back(setting.where);
                    }
                }
            } else if (setting.key == "ExecStart") {
                if (setting.value.empty()) {
                    merge.started.clear();
                    merge.shells.clear();
                } else if (setting.value.find(name + "=") != std::string::npos) {
                    merge.started.push_back(setting.where);
                } else if (IsShell(setting.value)) {
                    merge.shells.push_back(setting.where);
                }
            }
        }
        return merge;
    }

    void AddFiles(const UnitSetting& setting, Merge& merge, PlaceLook& look) const {
        if (setting.value.empty()) {
            merge.files.clear();
            return;
        }
        std::string path = setting.value.starts_with('-') ? setting.value.substr(1) : setting.value;
        if (path.find('%') != std::string::npos) {
            look.remarks.push_back(setting.where + " names " + platform::QuoteForMessage(path) +
                                   ", which only systemd can resolve: what is in it is not known");
            return;
        }
        glob_t found{};
        const std::string pattern = Rooted(path);
        if (path.find_first_of("*?[") != std::string::npos && ::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
            for (std::size_t at = 0; at < found.gl_pathc; ++at) {
                merge.files.push_back({std::string(found.gl_pathv[at]).substr(options_.root.size()), setting.where});
            }
            ::globfree(&found);
            return;
        }
        merge.files.push_back({std::move(path), setting.where});
    }

    void LookIntoFile(const Merge::File& file, bool behind_own, PlaceLook& look) const {
        const auto text = ReadConfigFile(Rooted(file.path));
        if (!text) {
            look.remarks.push_back(text.error() + ", which " + file.where + " names");
            return;
        }
        if (!*text) {
            return;
        }
        const EnvLook env = LookIntoEnv(**text, tenancy::kSwitchVariable, EnvReader::kSystemd);
        for (const std::string& remark : env.remarks) {
            look.remarks.push_back(file.path + ": " + remark);
        }
        if (!env.value) {
            return;
        }
        look.value = env.value;
        const std::string entry = file.path + " line " + std::to_string(env.lines.back()) + " sets it to " +
                                  platform::QuoteForMessage(*env.value);
        if (behind_own) {
            look.shadows.push_back(entry + " and is read behind the agent's file, because of " + file.where +
                                   ": take the line out of it");
        } else {
            look.beaten.push_back(entry);
        }
    }

    const SystemdOptions options_;
};

}  // namespace

std::unique_ptr<Place> MakeSystemdPlace(SystemdOptions options) {
    return std::make_unique<SystemdPlace>(std::move(options));
}

std::string ShadowText(const PlaceLook& look) {
    return platform::Join(look.shadows, "; ");
}

}  // namespace pulse::agent
