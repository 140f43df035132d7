// The console's files as they are compiled in: complete, apart from each other, and clean.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "pulse/web/console.hpp"
#include "pulse/web/files.hpp"
#include "pulse/web/session_document.hpp"
#include "tests/browser/forbidden_words.hpp"

namespace browser_test {
namespace {

namespace fs = std::filesystem;
namespace web = pulse::web;

const fs::path kFolder = fs::path(PORTCULLIS_SOURCE_DIR) / "pulse" / "web" / "files";

std::string Content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(ConsoleFiles, AreThoseOfTheFolderByteForByte) {
    std::set<std::string> embedded;
    for (const web::EmbeddedFile& file : web::EmbeddedFiles()) {
        EXPECT_EQ(file.bytes, Content(kFolder / file.name)) << file.name;
        embedded.emplace(file.name);
    }
    for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
        if (entry.is_regular_file()) {
            const std::string name = fs::relative(entry.path(), kFolder).string();
            EXPECT_TRUE(embedded.contains(name)) << name << " is not in pulse/web/CMakeLists.txt";
        }
    }
}

TEST(ConsoleFiles, ForEverybodySpeakOfNoOrganizations) {
    for (const web::EmbeddedFile& file : web::EmbeddedFiles()) {
        if (!file.name.starts_with("organizations/")) {
            EXPECT_FALSE(FindForbiddenWord(file.bytes)) << file.name << ": " << *FindForbiddenWord(file.bytes);
            EXPECT_FALSE(FindForbiddenWord(file.name)) << file.name;
        }
    }
}

std::vector<std::string> Imports(const std::string& script) {
    constexpr std::string_view kBefore = " from \"";
    std::vector<std::string> names;
    for (auto at = script.find(kBefore); at != std::string::npos; at = script.find(kBefore, at + 1)) {
        const auto begin = at + kBefore.size();
        names.push_back(script.substr(begin, script.find('"', begin) - begin));
    }
    return names;
}

/// What it refers to is there, and nothing outside: no address of another host, no markup made of text.
TEST(ConsoleFiles, ReferOnlyToEachOther) {
    for (const web::EmbeddedFile& file : web::EmbeddedFiles()) {
        const std::string text(file.bytes);
        for (const char* never : {"http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(",
                                  "document.write", "style=", "onclick="}) {
            EXPECT_EQ(text.find(never), std::string::npos) << file.name << " has " << never;
        }
        for (const std::string& import : Imports(text)) {
            const fs::path target = (fs::path(file.name).parent_path() / import).lexically_normal();
            EXPECT_NE(web::FindAsset(target.string()), nullptr) << file.name << " imports " << import;
        }
    }
    EXPECT_NE(web::FindAsset(web::kOrganizationsModule.substr(std::string_view("/assets/").size())), nullptr);
}

std::string HeaderOf(const platform::HttpResponse& response, std::string_view name) {
    for (const auto& [header, value] : response.headers) {
        if (header == name) {
            return value;
        }
    }
    return {};
}

TEST(ConsoleFiles, AreDeliveredWithTypeTagAndPolicy) {
    const web::Asset* script = web::FindAsset("console.js");
    ASSERT_NE(script, nullptr);
    const auto first = web::Deliver(*script, "");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(HeaderOf(first, "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(HeaderOf(first, "Cache-Control"), "no-cache");
    const std::string policy = HeaderOf(first, "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
    const std::string tag = HeaderOf(first, "ETag");
    EXPECT_EQ(first.body, script->bytes);
    for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        const auto again = web::Deliver(*script, known);
        EXPECT_EQ(again.status, 304) << known;
        EXPECT_TRUE(again.body.empty());
        EXPECT_EQ(HeaderOf(again, "ETag"), tag);
    }
    EXPECT_EQ(web::Deliver(*script, "\"other\"").status, 200);
    EXPECT_EQ(web::FindAsset("index.html"), nullptr) << "the document has the pages' addresses";
    EXPECT_EQ(web::FindAsset("../console.js"), nullptr);
    EXPECT_EQ(web::DeliverNotFound().status, 404);
    EXPECT_EQ(HeaderOf(web::DeliverNotFound(), "ETag"), "");
}

TEST(ConsolePages, BelongToEverybodyOrToOrganizations) {
    EXPECT_EQ(web::FindPage("/customers"), web::Audience::kEverybody);
    EXPECT_EQ(web::FindPage("/settings/organization/members"), web::Audience::kOrganizations);
    EXPECT_EQ(web::FindPage("/settings/nothing"), std::nullopt);
    EXPECT_EQ(web::FindPage("/customers/"), std::nullopt);
}

tenancy::Organization OrgWith(const std::string& id, const std::string& owner,
                              tenancy::OrgStatus status = tenancy::OrgStatus::kActive) {
    tenancy::Organization org;
    org.id = *tenancy::OrgId::Parse(id);
    org.display_name = id;
    org.owner_user_id = owner;
    org.lifecycle.status = status;
    return org;
}

std::vector<std::string> Ids(const std::vector<web::OrganizationChoice>& choices) {
    std::vector<std::string> ids;
    for (const auto& choice : choices) {
        ids.push_back(choice.id);
    }
    return ids;
}

TEST(SessionDocument, OffersWhereAPersonBelongs) {
    const std::vector<tenancy::Organization> visible = {OrgWith("default", "admin"), OrgWith("acme", "ann"),
                                                        OrgWith("globex", "ann")};
    EXPECT_EQ(Ids(web::ChoicesOf(visible, "ann", false, "acme")), (std::vector<std::string>{"acme", "globex"}));
    EXPECT_EQ(Ids(web::ChoicesOf(visible, "ann", false, "default")),
              (std::vector<std::string>{"default", "acme", "globex"}))
        << "what is in use is always there";
    EXPECT_EQ(Ids(web::ChoicesOf({visible[0]}, "bob", false, "default")), (std::vector<std::string>{"default"}));
    EXPECT_EQ(Ids(web::ChoicesOf({visible[0]}, "root", true, "default")), (std::vector<std::string>{"default"}));
}

TEST(SessionDocument, BeginsWhereAPersonBelongs) {
    const tenancy::Organization own = OrgWith("acme", "ann");
    const tenancy::Organization off = OrgWith("abc", "ann", tenancy::OrgStatus::kSuspended);
    const tenancy::Organization installation = OrgWith("default", "admin");
    EXPECT_EQ(web::FirstOrganization({off, own, installation}, "ann", false), "acme");
    EXPECT_EQ(web::FirstOrganization({own, installation}, "admin", false), std::nullopt) << "belongs to default";
    EXPECT_EQ(web::FirstOrganization({own, installation}, "ann", true), std::nullopt) << "super admin";
    EXPECT_EQ(web::FirstOrganization({installation}, "bob", false), std::nullopt);
    EXPECT_EQ(web::FirstOrganization({off}, "ann", false), std::nullopt);
}

TEST(SessionDocument, MentionsOnlyWhatIsInUse) {
    EXPECT_EQ(web::EncodeSessionDocument({}), "{\"signedIn\":false}");
    web::SessionDocument document;
    document.user_id = "ann";
    document.read_only = "because";
    EXPECT_FALSE(FindForbiddenWord(web::EncodeSessionDocument(document)));
    document.organizations = web::OrganizationsPart{.id = "acme", .name = "Acme", .role = {}, .choices = {}};
    EXPECT_NE(web::EncodeSessionDocument(document).find("/assets/organizations/main.js"), std::string::npos);
    EXPECT_NE(web::EncodeSessionDocument(document).find("\"mayManage\":false"), std::string::npos);
}

}  // namespace
}  // namespace browser_test
