// Signing in and out, and what happens to a form whose session is over.
#include "tests/console/visitor.hpp"

#include "platform/httpc/client.hpp"

namespace console_test {
namespace {

using api_test::As;
using api_test::Audit;
using ::testing::Test;

constexpr const char* kSecretWords = "correct horse battery";

platform::ClientResponse PostForm(const std::string& path, const std::string& body,
                                  std::vector<std::pair<std::string, std::string>> headers) {
    platform::ClientRequest request;
    request.method = "POST";
    request.url = api_test::ServerUrl() + path;
    request.body = body;
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers = std::move(headers);
    const auto response = platform::HttpClient().Send(request);
    EXPECT_TRUE(response.has_value());
    return response ? *response : platform::ClientResponse{};
}

TEST(ConsoleSignIn, ByTokenWithItsRolesAndOutAgain) {
    Visitor rita("rita.release");
    EXPECT_EQ(rita->Path(), "/console");
    rita->WaitForText("Rita Release");
    EXPECT_FALSE(Audit("action=console.sign_in&actor=rita.release").empty());
    rita->Click("Signed in as Rita Release");
    rita.Go("Sign out");
    EXPECT_EQ(rita->Path(), "/console/sign-in");
    rita->Open("/console");
    EXPECT_EQ(rita->Path(), "/console/sign-in") << "the session is over for good";
    EXPECT_FALSE(Audit("action=console.sign_out&actor=rita.release").empty());
    rita.ExpectClean();
}

TEST(ConsoleSignIn, ByPasswordAsItWasSet) {
    As("quinn.qa").Post("/v1/principals/quinn.qa:set-password", {{"password", kSecretWords}}).Expect(200);
    Visitor quinn;
    quinn.SignIn("quinn.qa", "wrong horse");
    quinn->WaitForText("does not fit");
    EXPECT_EQ(quinn->Evaluate("document.querySelector('[name=name]').value"), "quinn.qa") << "what was typed stays";
    quinn.SignIn("quinn.qa", kSecretWords);
    quinn->WaitForText("Quinn Quality");
    const auto refused = Audit("action=console.sign_in");
    EXPECT_TRUE(std::ranges::any_of(refused, [](const auto& entry) { return entry["outcome"] == "refused"; }));
    quinn.ExpectClean({403});
}

TEST(ConsoleSignIn, PasswordsAreGivenLikeTokens) {
    As("dora.lead")
        .Post("/v1/principals/dave.lead:set-password", {{"password", kSecretWords}})
        .ExpectProblem(403, "auth.role_missing");
    As("ada.admin")
        .Post("/v1/principals/dave.lead:set-password", {{"password", kSecretWords}})
        .ExpectProblem(403, "auth.role_missing");  // dave has had a token
    As("ada.admin")
        .Post("/v1/principals", {{"id", "new.person"}, {"kind", "user"}, {"display_name", "New"}})
        .Expect(201);
    As("ada.admin").Post("/v1/principals/new.person:set-password", {{"password", "short"}}).Expect(422);
    As("ada.admin").Post("/v1/principals/new.person:set-password", {{"password", kSecretWords}}).Expect(200);
    As("ada.admin")
        .Post("/v1/principals/new.person:set-password", {{"password", "another one"}})
        .ExpectProblem(403, "auth.role_missing");
    As("ada.admin").Post("/v1/principals/new.person:remove-password").Expect(200);
    As("ada.admin")
        .Post("/v1/principals/new.person:set-password", {{"password", "another one"}})
        .ExpectProblem(403, "auth.role_missing");
    As("ben.admin").Post("/v1/principals/new.person:set-password", {{"password", "another one"}}).Expect(200);
    As("ben.admin")
        .Post("/v1/tokens", {{"name", "t"}, {"principal", "new.person"}})
        .ExpectProblem(403, "auth.role_missing");
}

TEST(ConsoleSignIn, GuessesEnd) {
    As("sam.owner").Post("/v1/principals/sam.owner:set-password", {{"password", kSecretWords}}).Expect(200);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(PostForm("/console/sign-in", "name=sam.owner&password=guess", {}).status, 403);
    }
    const auto locked = PostForm("/console/sign-in", "name=sam.owner&password=correct+horse+battery", {});
    EXPECT_EQ(locked.status, 403);
    EXPECT_NE(locked.body.find("Too many wrong passwords"), std::string::npos);
}

TEST(ConsoleSignIn, ARevokedTokenEndsItsSession) {
    const auto token = As("otto.operator").Post("/v1/tokens", {{"name", "browser"}}).Expect(201);
    Visitor otto;
    otto.SignInByToken(token.Body()["token"].get<std::string>());
    otto->WaitForText("Otto Operator");
    As("otto.operator").Post("/v1/tokens/" + token.Id() + ":revoke").Expect(200);
    otto->Open("/console");
    EXPECT_EQ(otto->Path(), "/console/sign-in");
}

TEST(ConsoleSignIn, AForeignFormDoesNothing) {
    Visitor rita("rita.release");
    const std::string cookie = "portcullis_session=" + rita->Cookie("portcullis_session");
    const auto csrf = rita->Evaluate("document.querySelector('[name=csrf]').value").get<std::string>();
    const auto wrong = PostForm("/console/sign-out", "csrf=guess", {{"Cookie", cookie}});
    EXPECT_EQ(wrong.status, 303);
    const auto foreign = PostForm("/console/sign-out", "csrf=" + csrf,
                                  {{"Cookie", cookie}, {"Origin", "https://elsewhere.example.org"}});
    EXPECT_EQ(foreign.status, 303);
    rita->Reload();
    EXPECT_EQ(rita->Path(), "/console") << "still signed in";
    EXPECT_EQ(
        PostForm("/console/sign-in", "token=" + api_test::TokenOf("rita.release"), {{"Sec-Fetch-Site", "cross-site"}})
            .status,
        403);
}

TEST(ConsoleSignIn, ALinkFromElsewhereFindsTheSession) {
    const auto get = [](std::vector<std::pair<std::string, std::string>> headers) {
        platform::ClientRequest request;
        request.url = api_test::ServerUrl() + "/console";
        request.headers = std::move(headers);
        return *platform::HttpClient().Send(request);
    };
    const auto foreign = get({{"Sec-Fetch-Site", "cross-site"}});
    EXPECT_EQ(foreign.status, 200) << "the browser has kept the cookie back";
    EXPECT_EQ(foreign.Header("refresh"), "0");
    EXPECT_EQ(get({{"Sec-Fetch-Site", "same-origin"}}).status, 303) << "it has none";
}

TEST(ConsoleSignIn, CookiesBehindTlsStayThere) {
    const auto signed_in =
        PostForm("/console/sign-in", "token=" + api_test::TokenOf("anna.auditor"), {{"X-Forwarded-Proto", "https"}});
    const std::string cookie = signed_in.Header("set-cookie");
    EXPECT_TRUE(cookie.starts_with("__Host-portcullis_session=")) << cookie;
    for (const char* part : {"; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"}) {
        EXPECT_NE(cookie.find(part), std::string::npos) << part;
    }
}

TEST(ConsoleSignIn, NothingTypedIsLostWithTheSession) {
    Visitor dora("dora.lead");
    const std::string typed = std::string("for a \"laptop\" & <b>more</b> ") + kRightToLeft;
    dora->Open("/console/account");
    dora->Fill("What it is for", typed);
    dora.LoseSession();
    dora.Go("Make the token");
    dora->WaitForText("what you typed is kept");
    dora.SignInByToken(api_test::TokenOf("dora.lead"));
    dora->WaitForText("You are signed in again. Nothing was done yet");
    EXPECT_EQ(dora->Evaluate("document.querySelector('#token-name').value"), typed);
    EXPECT_TRUE(Audit("action=token.issue&actor=dora.lead").empty()) << "nothing is done by signing in";
    dora.Go("Make the token");
    dora->WaitForText("It is shown this once");
    EXPECT_EQ(Audit("action=token.issue&actor=dora.lead").size(), 1U);
    dora.ExpectClean({401});
}

TEST(ConsoleSignIn, APasswordIsNotCarriedAlong) {
    Visitor dave("dave.lead");
    dave->Open("/console/account");
    dave->Fill("New password", "correct horse battery");
    dave.LoseSession();
    dave.Go("Set the password");
    EXPECT_EQ(dave->Evaluate("document.documentElement.outerHTML.includes('correct horse')"), false);
    dave.SignInByToken(api_test::TokenOf("dave.lead"));
    dave->WaitForText("You are signed in again");
    dave->Fill("New password", "correct horse battery");
    dave.Go("Set the password");
    dave->WaitForText("Your password is set");
    dave->Fill("New password", "another horse battery");
    dave->Fill("Password in use", "not this one");
    dave.Go("Set the password");
    dave->WaitForText("is not your password");
    EXPECT_EQ(Audit("action=principal.set_password&actor=dave.lead").size(), 2U);
    dave.ExpectClean({401, 422});
}

}  // namespace
}  // namespace console_test
