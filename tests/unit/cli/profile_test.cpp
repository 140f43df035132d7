// Which controller is asked and with whose token: command line, environment, file; and who gets which token.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "controller/cli/failure.hpp"
#include "controller/cli/known_keys.hpp"
#include "controller/cli/profile.hpp"
#include "tests/support/temp_dir.hpp"

namespace cli {
namespace {

class ProfileTest : public testing::Test {
protected:
    void SetUp() override {
        for (const char* name : {"PORTCULLIS_URL", "PORTCULLIS_TOKEN", "PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE",
                                 "PORTCULLIS_CONFIG", "XDG_CONFIG_HOME", "HOME"}) {
            const char* value = std::getenv(name);
            before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
            ::unsetenv(name);
        }
        Set("PORTCULLIS_CONFIG", Config());
    }
    void TearDown() override {
        for (const auto& [name, value] : before_) {
            value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
        }
    }

    static void Set(const char* name, const std::string& value) {
        ::setenv(name, value.c_str(), 1);
    }
    std::string Config() const {
        return (dir_ / "config.yaml").string();
    }
    void WriteConfig(const std::string& text, mode_t mode = 0600) {
        support::WriteFile(Config(), text);
        ::chmod(Config().c_str(), mode);
    }
    void WriteTwoProfiles() {
        WriteConfig(
            "default: one\n"
            "profiles:\n"
            "  one: {url: 'http://one', token: token-one}\n"
            "  two: {url: 'http://two/', token: token-two}\n"
            "  bare: {url: 'http://bare'}\n");
    }
    static std::string Fails(const ProfileRequest& request) {
        try {
            const Profile profile = ResolveProfile(request);
            return "resolved to " + profile.url;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.Code(), kExitUsage);
            return failure.what();
        }
    }

    support::TempDir dir_{"profile"};
    std::map<std::string, std::optional<std::string>> before_;
};

ProfileRequest Request(const std::string& url, const std::string& profile = {}) {
    ProfileRequest request;
    request.url = url;
    request.profile = profile;
    return request;
}

void ExpectProfile(const ProfileRequest& request, const std::string& url, const std::string& token) {
    const Profile profile = ResolveProfile(request);
    EXPECT_EQ(profile.url, url);
    EXPECT_EQ(profile.token, token);
}

TEST_F(ProfileTest, TheFilesDefaultIsUsedWhenNothingElseIsSaid) {
    WriteTwoProfiles();
    ExpectProfile({}, "http://one", "token-one");
}

TEST_F(ProfileTest, AProfileIsNamedByOptionOrVariable) {
    WriteTwoProfiles();
    ExpectProfile(Request("", "two"), "http://two", "token-two");
    Set("PORTCULLIS_PROFILE", "two");
    ExpectProfile({}, "http://two", "token-two");
    ExpectProfile(Request("", "one"), "http://one", "token-one");
}

TEST_F(ProfileTest, VariablesComeBeforeTheFile) {
    WriteTwoProfiles();
    Set("PORTCULLIS_URL", "http://env");
    Set("PORTCULLIS_TOKEN", "token-env");
    ExpectProfile({}, "http://env", "token-env");
}

TEST_F(ProfileTest, AProfileOnTheCommandLineComesBeforeVariables) {
    WriteTwoProfiles();
    Set("PORTCULLIS_URL", "http://env");
    Set("PORTCULLIS_TOKEN", "token-env");
    ExpectProfile(Request("", "two"), "http://two", "token-two");
}

TEST_F(ProfileTest, NoTokenTravelsToAnAddressItIsNotFor) {
    WriteTwoProfiles();
    ExpectProfile(Request("http://elsewhere"), "http://elsewhere", "");
    ExpectProfile(Request("http://elsewhere", "two"), "http://elsewhere", "");
    ExpectProfile(Request("http://one.example.org"), "http://one.example.org", "");
    Set("PORTCULLIS_URL", "http://env");
    ExpectProfile({}, "http://env", "");
    Set("PORTCULLIS_TOKEN", "token-env");
    ExpectProfile(Request("http://elsewhere"), "http://elsewhere", "");
    ExpectProfile(Request("", "bare"), "http://bare", "");
}

TEST_F(ProfileTest, AVariablesTokenGoesWithTheAddressOfTheCommandLine) {
    Set("PORTCULLIS_TOKEN", "token-env");
    ExpectProfile(Request("http://given/"), "http://given", "token-env");
}

TEST_F(ProfileTest, TokenFilesAreTrimmedAndTheOptionComesFirst) {
    support::WriteFile(dir_ / "token", "  token-file\n");
    support::WriteFile(dir_ / "other", "token-other\n");
    Set("PORTCULLIS_TOKEN_FILE", (dir_ / "token").string());
    ExpectProfile(Request("http://x"), "http://x", "token-file");
    Set("PORTCULLIS_TOKEN", "token-env");
    ExpectProfile(Request("http://x"), "http://x", "token-env");
    ProfileRequest request = Request("http://x");
    request.token_file = (dir_ / "other").string();
    ExpectProfile(request, "http://x", "token-other");
}

TEST_F(ProfileTest, ATokenFileThatIsMissingEmptyOrNoTokenIsAnError) {
    ProfileRequest request = Request("http://x");
    request.token_file = (dir_ / "missing").string();
    EXPECT_NE(Fails(request).find("missing"), std::string::npos);
    support::WriteFile(dir_ / "empty", "\n");
    request.token_file = (dir_ / "empty").string();
    EXPECT_NE(Fails(request).find("empty"), std::string::npos);
    support::WriteFile(dir_ / "lines", "one\nX-Forged: two\n");
    request.token_file = (dir_ / "lines").string();
    EXPECT_NE(Fails(request).find("white space"), std::string::npos);
}

TEST_F(ProfileTest, AFileWithATokenThatOthersCanReadIsRefused) {
    WriteConfig("default: one\nprofiles:\n  one: {url: 'http://one', token: secret}\n", 0640);
    const std::string message = Fails({});
    EXPECT_NE(message.find("can be read by others"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos);
    WriteConfig("default: one\nprofiles:\n  one: {url: 'http://one'}\n", 0644);
    ExpectProfile({}, "http://one", "");
}

TEST_F(ProfileTest, MistakesAreNamed) {
    EXPECT_NE(Fails({}).find("no controller is named"), std::string::npos);
    EXPECT_NE(Fails(Request("", "two")).find("'two'"), std::string::npos);
    EXPECT_NE(Fails(Request("ftp://x")).find("no http or https address"), std::string::npos);
    WriteTwoProfiles();
    EXPECT_NE(Fails(Request("", "three")).find("'three' is not in"), std::string::npos);
    WriteConfig("default: one\nprofiles:\n  one: {url: 'http://one', tokn: x}\n");
    EXPECT_NE(Fails({}).find("tokn"), std::string::npos);
    WriteConfig("- a list\n");
    EXPECT_NE(Fails({}).find("not a valid profile file"), std::string::npos);
}

TEST_F(ProfileTest, TheFirstKeySeenIsNotedAndNoOtherAfterIt) {
    EXPECT_THROW(ReadKeys(""), Failure) << "nothing is noted yet";
    EXPECT_EQ(NoteKey("key one\n"), KeyNoted::kNew);
    EXPECT_EQ(NoteKey("key one\n"), KeyNoted::kKnown);
    EXPECT_EQ(NoteKey("key two\n"), KeyNoted::kDiffers);
    EXPECT_EQ(ReadKeys(""), "key one\n");
    support::WriteFile(dir_ / "other.pem", "key two\n");
    EXPECT_EQ(ReadKeys((dir_ / "other.pem").string()), "key two\n") << "--key counts before what is noted";
    EXPECT_THROW(ReadKeys((dir_ / "missing.pem").string()), Failure);
}

TEST_F(ProfileTest, AnAccountWithoutAHomeNotesNothing) {
    ::unsetenv("PORTCULLIS_CONFIG");
    EXPECT_EQ(KnownKeysPath(), "");
    EXPECT_EQ(NoteKey("key"), KeyNoted::kNowhere);
    EXPECT_THROW(ReadKeys(""), Failure);
    Set("XDG_CONFIG_HOME", (dir_ / "a file").string());
    support::WriteFile(dir_ / "a file", "in the way");
    EXPECT_EQ(NoteKey("key"), KeyNoted::kNowhere);
}

}  // namespace
}  // namespace cli
