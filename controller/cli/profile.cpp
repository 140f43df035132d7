#include "controller/cli/profile.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <initializer_list>
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

}  // namespace

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

namespace {

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
    struct stat info {};
    if (!profile.token.empty() && ::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
        throw Failure(kExitUsage, path + " holds a token and can be read by others", "Run: chmod 600 " + path);
    }
    return profile;
}

}  // namespace

namespace {

std::string WithoutTrailingSlash(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

/// The variables' token; nothing when they name another address, which is the one it is for.
std::string TokenFromEnvironment(const std::string& url) {
    const std::string its_url = WithoutTrailingSlash(FromEnvironment("PORTCULLIS_URL"));
    if (!its_url.empty() && its_url != url) {
        return {};
    }
    if (const std::string token = FromEnvironment("PORTCULLIS_TOKEN"); !token.empty()) {
        return std::string(platform::Trim(token));
    }
    const std::string file = FromEnvironment("PORTCULLIS_TOKEN_FILE");
    return file.empty() ? std::string() : ReadTokenFile(file);
}

std::string TokenOf(const FileProfile& profile) {
    return profile.token_file.empty() ? profile.token : ReadTokenFile(profile.token_file);
}

std::string FirstOf(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates) {
        if (!candidate.empty()) {
            return candidate;
        }
    }
    return {};
}

}  // namespace

Profile ResolveProfile(const ProfileRequest& request) {
    const bool profile_by_option = !request.profile.empty();
    const std::string wanted = FirstOf({request.profile, FromEnvironment("PORTCULLIS_PROFILE")});
    const std::string variable_url = FromEnvironment("PORTCULLIS_URL");
    const bool have_token = !request.token_file.empty() || !FromEnvironment("PORTCULLIS_TOKEN").empty() ||
                            !FromEnvironment("PORTCULLIS_TOKEN_FILE").empty();
    std::optional<FileProfile> file;
    if (!wanted.empty() || (request.url.empty() && variable_url.empty()) || !have_token) {
        file = ReadFileProfile(wanted);
    }
    const std::string file_url = file ? file->url : std::string();
    Profile profile;
    profile.url = WithoutTrailingSlash(profile_by_option ? FirstOf({request.url, file_url, variable_url})
                                                         : FirstOf({request.url, variable_url, file_url}));
    if (profile.url.empty()) {
        throw Failure(kExitUsage, "no controller is named",
                      "Set PORTCULLIS_URL, use --url, or write ~/.config/portcullis/config.yaml (see docs/cli.md): "
                      "{default: here, profiles: {here: {url: https://..., token_file: /path}}}");
    }
    if (!profile.url.starts_with("http://") && !profile.url.starts_with("https://")) {
        throw Failure(kExitUsage, "'" + platform::EscapeForLog(profile.url) + "' is no http or https address");
    }
    // A token never travels to an address it was not configured with.
    const bool file_fits = file && WithoutTrailingSlash(file_url) == profile.url;
    if (!request.token_file.empty()) {
        profile.token = ReadTokenFile(request.token_file);
    } else if (profile_by_option && file_fits && !TokenOf(*file).empty()) {
        profile.token = TokenOf(*file);
    } else {
        profile.token = TokenFromEnvironment(profile.url);
        if (profile.token.empty() && file_fits) {
            profile.token = TokenOf(*file);
        }
    }
    if (profile.token.find_first_of("\r\n\t ") != std::string::npos) {
        throw Failure(kExitUsage, "the token holds white space", "A token is one word on one line.");
    }
    return profile;
}

}  // namespace cli
