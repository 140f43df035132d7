#include "controller/cli/profile.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <optional>

#include "controller/cli/failure.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace cli {
namespace {

std::string FromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string ProfileFilePath() {
    if (const std::string path = FromEnvironment("PORTCULLIS_CONFIG"); !path.empty()) {
        return path;
    }
    if (const std::string base = FromEnvironment("XDG_CONFIG_HOME"); !base.empty()) {
        return base + "/portcullis/config.yaml";
    }
    const std::string home = FromEnvironment("HOME");
    return home.empty() ? std::string() : home + "/.config/portcullis/config.yaml";
}

std::string ReadTokenFile(const std::string& path) {
    const auto text = platform::ReadFile(path, 4096);
    if (!text) {
        throw Failure(kExitUsage, text.error().message,
                      "Give a file with one line, the token, with --token-file or PORTCULLIS_TOKEN_FILE.");
    }
    const std::string token(platform::Trim(*text));
    if (token.empty()) {
        throw Failure(kExitUsage, "token file " + path + " is empty");
    }
    return token;
}

struct FileProfile {
    std::string url;
    std::string token;
    std::string token_file;
};

/// The named profile, or the file's default one. A file that is not there is no error unless a profile was named.
std::optional<FileProfile> ReadFileProfile(const std::string& wanted) {
    const std::string path = ProfileFilePath();
    const platform::Expected<std::string, platform::FileError> text =
        path.empty() ? platform::Unexpected<platform::FileError>(platform::FileError{"no home folder", 0})
                     : platform::ReadFile(path, 64 * 1024);
    if (!text) {
        if (!wanted.empty()) {
            throw Failure(kExitUsage, "profile '" + wanted + "' is asked for: " + text.error().message);
        }
        return std::nullopt;
    }
    const auto document = platform::ParseYaml(*text);
    if (!document || !document->is_object()) {
        throw Failure(kExitUsage, path + " is not a valid profile file",
                      document ? "It must be a mapping with 'default' and 'profiles'." : document.error()[0].message);
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*document, "", errors);
    const std::string fallback = in.OptionalText("default").value_or("");
    const platform::Json* profiles = in.Object("profiles");
    in.Finish();
    const std::string name = wanted.empty() ? fallback : wanted;
    FileProfile profile;
    if (profiles != nullptr && !name.empty()) {
        if (!profiles->contains(name)) {
            throw Failure(kExitUsage, "profile '" + name + "' is not in " + path);
        }
        platform::ObjectReader entry((*profiles)[name], "/profiles/" + name, errors);
        profile.url = entry.Text("url");
        profile.token = entry.OptionalText("token").value_or("");
        profile.token_file = entry.OptionalText("token_file").value_or("");
        entry.Finish();
    }
    if (!errors.empty()) {
        throw Failure(kExitUsage, path + errors[0].pointer + ": " + errors[0].message);
    }
    struct stat info{};
    if (!profile.token.empty() && ::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
        throw Failure(kExitUsage, path + " holds a token and can be read by others",
                      "Run: chmod 600 " + path);
    }
    return profile;
}

}  // namespace

Profile ResolveProfile(const ProfileRequest& request) {
    Profile profile;
    profile.url = !request.url.empty() ? request.url : FromEnvironment("PORTCULLIS_URL");
    if (!request.token_file.empty()) {
        profile.token = ReadTokenFile(request.token_file);
    } else if (const std::string token = FromEnvironment("PORTCULLIS_TOKEN"); !token.empty()) {
        profile.token = token;
    } else if (const std::string file = FromEnvironment("PORTCULLIS_TOKEN_FILE"); !file.empty()) {
        profile.token = ReadTokenFile(file);
    }
    const std::string wanted = !request.profile.empty() ? request.profile : FromEnvironment("PORTCULLIS_PROFILE");
    if (profile.url.empty() || profile.token.empty() || !wanted.empty()) {
        // A token never travels to an address it was not configured with: the file's token only goes with its own URL.
        if (const auto file = ReadFileProfile(wanted)) {
            const bool same_address = profile.url.empty() || profile.url == file->url;
            if (profile.url.empty()) {
                profile.url = file->url;
            }
            if (profile.token.empty() && same_address) {
                profile.token = file->token_file.empty() ? file->token : ReadTokenFile(file->token_file);
            }
        }
    }
    if (profile.url.empty()) {
        throw Failure(kExitUsage, "no controller is named",
                      "Set PORTCULLIS_URL, use --url, or write a profile file (portcullis help profiles).");
    }
    while (profile.url.ends_with('/')) {
        profile.url.pop_back();
    }
    if (!profile.url.starts_with("http://") && !profile.url.starts_with("https://")) {
        throw Failure(kExitUsage, "'" + profile.url + "' is no http or https address");
    }
    return profile;
}

}  // namespace cli
