#include "platform/base/text.hpp"
#include "pulse/agent/env_text.hpp"
#include "pulse/agent/own_files.hpp"
#include "pulse/agent/place.hpp"
#include "tenancy/kill_switch.hpp"

namespace pulse::agent {
namespace {

constexpr mode_t kNewFileMode = 0600;  // such files hold secrets

class FilePlace final : public Place {
public:
    explicit FilePlace(FileOptions options) : options_(std::move(options)) {}

    std::string Where() const override {
        return "the file " + options_.env_file;
    }

    PlaceLook Look(std::string_view wanted) const override {
        PlaceLook look;
        look.value = std::string(wanted);
        if (const auto own = ReadConfigFile(options_.env_file); !own) {
            look.remarks.push_back(own.error());
        } else if (*own) {
            for (const std::string& remark : LookIntoEnv(**own, tenancy::kSwitchVariable, EnvReader::kPlain).remarks) {
                look.remarks.push_back(options_.env_file + ": " + remark);
            }
        }
        for (const std::string& path : options_.later_files) {
            const auto text = ReadConfigFile(path);
            if (!text) {
                look.remarks.push_back(text.error());
                continue;
            }
            const EnvLook env = LookIntoEnv(text->value_or(""), tenancy::kSwitchVariable, EnvReader::kPlain);
            for (const std::string& remark : env.remarks) {
                look.remarks.push_back(path + ": " + remark);
            }
            if (env.value) {
                look.value = env.value;
                look.shadows.push_back(path + " line " + std::to_string(env.lines.back()) + " sets it to " +
                                       platform::QuoteForMessage(*env.value) + " and is read behind " +
                                       options_.env_file + ": take the line out of it");
            }
        }
        return look;
    }

    bool Holds(std::string_view value) const override {
        const auto text = ReadConfigFile(options_.env_file);
        return text && *text && EnvWith(**text, tenancy::kSwitchVariable, value, EnvReader::kPlain) == **text;
    }

    platform::Expected<void, std::string> Write(std::string_view value) override {
        const auto before = ReadConfigFile(options_.env_file);
        if (!before) {
            return platform::Unexpected<std::string>(before.error());
        }
        const std::string text = EnvWith(before->value_or(""), tenancy::kSwitchVariable, value, EnvReader::kPlain);
        if (*before == text) {
            return {};
        }
        return RewriteConfigFile(options_.env_file, text, kNewFileMode);
    }

private:
    const FileOptions options_;
};

}  // namespace

std::unique_ptr<Place> MakeFilePlace(FileOptions options) {
    return std::make_unique<FilePlace>(std::move(options));
}

}  // namespace pulse::agent
