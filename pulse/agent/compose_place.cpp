#include <filesystem>

#include "platform/base/text.hpp"
#include "pulse/agent/compose_text.hpp"
#include "pulse/agent/env_text.hpp"
#include "pulse/agent/own_files.hpp"
#include "pulse/agent/place.hpp"
#include "tenancy/kill_switch.hpp"

namespace pulse::agent {
namespace {

constexpr mode_t kComposeFileMode = 0644;

std::string SetsIt(const std::optional<std::string>& value) {
    return value ? "sets it to " + platform::QuoteForMessage(*value)
                 : "hands it through from the environment of docker compose";
}

/// What -f and --file name, in order.
std::vector<std::string> FilesIn(const std::vector<std::string>& command) {
    std::vector<std::string> files;
    for (std::size_t at = 0; at < command.size(); ++at) {
        const std::string& word = command[at];
        if ((word == "-f" || word == "--file") && at + 1 < command.size()) {
            files.push_back(command[++at]);
        } else if (word.starts_with("--file=")) {
            files.push_back(word.substr(word.find('=') + 1));
        }
    }
    return files;
}

bool SameFile(const std::string& one, const std::string& other) {
    std::error_code error;
    return one == other ||
           std::filesystem::weakly_canonical(one, error) == std::filesystem::weakly_canonical(other, error);
}

class ComposePlace final : public Place {
public:
    explicit ComposePlace(ComposeOptions options) : options_(std::move(options)) {}

    std::string Where() const override {
        return "the compose file " + Own();
    }

    PlaceLook Look(std::string_view wanted) const override {
        PlaceLook look;
        look.value = std::string(wanted);
        bool behind_own = false;
        for (const std::string& file : Order(look)) {
            if (SameFile(file, Own())) {
                behind_own = true;
                LookIntoOwn(look);
            } else {
                LookInto(file, behind_own, look);
            }
        }
        return look;
    }

    bool Holds(std::string_view value) const override {
        const auto text = ReadConfigFile(Own());
        if (!text || !*text) {
            return false;
        }
        const auto seen = LookIntoCompose(**text, options_.service, tenancy::kSwitchVariable);
        return seen && seen->value == value;
    }

    platform::Expected<void, std::string> Write(std::string_view value) override {
        if (Holds(value)) {
            return {};
        }
        const auto before = ReadConfigFile(Own());
        if (!before) {
            return platform::Unexpected<std::string>(before.error());
        }
        constexpr std::string_view kHead =
            "# The switch of this service, written by pulse-agent as its controller orders it.\n";
        const auto text =
            ComposeWith(before->value_or(std::string(kHead)), options_.service, tenancy::kSwitchVariable, value);
        if (!text) {
            return platform::Unexpected<std::string>(Own() + " cannot be changed: " + text.error());
        }
        return RewriteConfigFile(Own(), *text, kComposeFileMode);
    }

private:
    const std::string& Own() const {
        return options_.files.back();
    }

    /// The files in the order in which they are merged: the command knows best.
    std::vector<std::string> Order(PlaceLook& look) const {
        std::vector<std::string> named = FilesIn(options_.command);
        if (named.empty()) {
            return options_.files;
        }
        bool own_named = false;
        for (const std::string& file : named) {
            own_named = own_named || SameFile(file, Own());
        }
        if (!own_named) {
            look.shadows.push_back("the restart command gives docker compose other files (-f) and not " + Own() +
                                   ", so nothing reads it: name it there, as the last one");
        }
        return named;
    }

    void LookIntoOwn(PlaceLook& look) const {
        const auto text = ReadConfigFile(Own());
        const auto seen =
            text ? LookIntoCompose(text->value_or(""), options_.service, tenancy::kSwitchVariable)
                 : platform::Expected<ComposeLook, std::string>(platform::Unexpected<std::string>(text.error()));
        if (!seen) {
            look.remarks.push_back(Own() + " cannot be looked into: " + seen.error());
        } else if (seen->in_command) {
            look.shadows.push_back(Own() + " has a command that sets the variable by itself: take it out there");
        }
    }

    void LookInto(const std::string& file, bool behind_own, PlaceLook& look) const {
        const auto text = ReadConfigFile(file);
        if (!text || !*text) {
            look.remarks.push_back(text ? file + " is not there" : text.error());
            return;
        }
        const auto seen = LookIntoCompose(**text, options_.service, tenancy::kSwitchVariable);
        if (!seen) {
            look.remarks.push_back(file + " cannot be looked into: " + seen.error());
            return;
        }
        if (seen->set && behind_own) {
            look.value = seen->value;
            look.shadows.push_back(file + " " + SetsIt(seen->value) + " for the service " + options_.service +
                                   " and is merged behind " + Own() + ": take the entry out of it");
        } else if (seen->set) {
            look.beaten.push_back(file + " " + SetsIt(seen->value));
        }
        if (seen->takes_back && behind_own) {
            look.shadows.push_back(file +
                                   " takes back with !reset or !override what files before it say, and is merged " +
                                   "behind " + Own() + ": name it before that");
        }
        if (seen->in_command) {
            look.shadows.push_back(file + " has a command for the service " + options_.service +
                                   " that sets the variable by itself: take it out there");
        }
        if (seen->extends) {
            look.remarks.push_back(file + " takes parts from other files, which are not looked into");
        }
        for (const std::string& env_file : seen->env_files) {
            LookIntoEnvFile(file, env_file, look);
        }
    }

    /// Beaten by any `environment`.
    static void LookIntoEnvFile(const std::string& compose_file, const std::string& env_file, PlaceLook& look) {
        const std::string path = (std::filesystem::path(compose_file).parent_path() / env_file).string();
        const auto text = ReadConfigFile(path);
        const EnvLook env = LookIntoEnv(text ? text->value_or("") : "", tenancy::kSwitchVariable, EnvReader::kCompose);
        for (const std::string& remark : env.remarks) {
            look.remarks.push_back(path + ": " + remark);
        }
        if (env.value) {
            look.beaten.push_back(path + " line " + std::to_string(env.lines.back()) + " " + SetsIt(env.value));
        }
    }

    const ComposeOptions options_;
};

}  // namespace

std::unique_ptr<Place> MakeComposePlace(ComposeOptions options) {
    return std::make_unique<ComposePlace>(std::move(options));
}

}  // namespace pulse::agent
