// Signing in and out, and going on with a form whose session was over.
#include "controller/app/tokens.hpp"
#include "controller/web/assets.hpp"
#include "controller/web/console.hpp"
#include "controller/web/cookies.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;

constexpr std::string_view kWrong =
    "That name and password, or that token, does not fit. Check both; names are as in 'portcullis principal list'.";

/// Where to go on: a page of the console, and nothing else.
std::string SafeTarget(std::string_view to) {
    const bool ours =
        to == kHome || to.starts_with(std::string(kHome) + "/") || to.starts_with(std::string(kHome) + "?");
    for (const char character : to) {
        if (static_cast<unsigned char>(character) < 0x21 || character == '\\' || character == 0x7f) {
            return std::string(kHome);
        }
    }
    return std::string(ours ? to : kHome);
}

}  // namespace

HttpResponse Console::ShowSignIn(const HttpRequest& request, int status, const Form& typed,
                                 std::string_view complaint) const {
    Document document("sign_in");
    Slots page = document.Root();
    page.SetGlobal("ASSETS", AssetsPath());
    page.AddText("COMPLAINT", "TEXT", complaint);
    page.Set("NAME", typed.Text("name"));
    page.SetGlobal("TO", typed.Text("to"));
    page.SetGlobal("CARRIED", typed.Text("carried"));
    page.SetGlobal("CARRIED_TO", typed.Text("carried_to"));
    page.ShowIf(!typed.Text("token").empty(), "BY_TOKEN");
    page.ShowIf(typed.Has("carried"), "KEPT");
    page.ShowIf(services_.simulated_clock, "SIMULATED");
    Reply reply;
    reply.status = status;
    reply.body = document.Render();
    if (status == 401) {
        reply.headers.emplace_back("WWW-Authenticate", "Session realm=\"portcullis\"");
    }
    return ToResponse(request, std::move(reply));
}

std::optional<store::Caller> Console::FindSigningIn(const HttpRequest& request, const std::string& request_id,
                                                    const Form& typed, std::string& complaint) {
    const platform::SteadyTime now = platform::SteadyNow();
    const std::string peer = options_.trusted_proxies.CallerOf(request);
    const std::string token(platform::Trim(typed.Text("token")));
    complaint = kWrong;
    if (!token.empty()) {
        const auto credential = app::ReadCredential(services_, token);
        auto caller = credential ? app::FindCaller(services_, *credential) : std::nullopt;
        if (!caller && failures_.Limits() && !failures_.Take(peer, now).allowed) {
            complaint =
                "Too many tokens that are not good came from your address. Wait a minute, then check the token.";
        }
        return caller;
    }
    const std::string name(platform::Trim(typed.Text("name")));
    if (name.empty() || typed.Text("password").empty()) {
        complaint = "Type your name and your password, or an API token.";
        return std::nullopt;
    }
    if (const auto locked = guesses_.LockedFor(name, peer, now)) {
        complaint = "Too many wrong passwords for this name from your address. Wait " +
                    platform::Plural(std::chrono::ceil<std::chrono::minutes>(*locked).count(), "minute") +
                    ", or sign in with an API token.";
        return std::nullopt;
    }
    auto caller = app::FindCallerByPassword(services_, name, typed.Text("password"), request_id);
    if (caller) {
        guesses_.RecordSuccess(name, peer);
    } else {
        guesses_.RecordFailure(name, peer, now);
    }
    return caller;
}

HttpResponse Console::SignIn(const HttpRequest& request, const std::string& request_id) {
    const auto typed = Form::Parse(request.body);
    if (!typed || !IsOwnOrigin(request)) {
        return ShowSignIn(request, 403, Form(), "This form does not come from this console. Sign in here.");
    }
    std::string complaint;
    const auto caller = FindSigningIn(request, request_id, *typed, complaint);
    if (!caller) {
        return ShowSignIn(request, 403, *typed, complaint);
    }
    if (const auto old = FindSession(request)) {
        app::CloseConsoleSession(services_, app::MakeCall(old->visitor.caller, request_id), old->visitor.session);
    }
    Session session;
    session.secret = app::OpenConsoleSession(services_, *caller, options_.sessions, request_id);
    session.visitor.caller = *caller;
    HttpResponse response = typed->Text("carried_to").empty() ? Redirect(request, SafeTarget(typed->Text("to")))
                                                              : ResumeForm(request, request_id, session, *typed);
    response.headers.emplace_back("Set-Cookie", WriteSessionCookie(request, session.secret));
    return response;
}

HttpResponse Console::ResumeForm(const HttpRequest& request, const std::string& request_id, const Session& session,
                                 const Form& typed) {
    const std::string_view path = typed.Text("carried_to");
    auto carried = Form::Parse(typed.Text("carried"));
    if (!carried || !IsConsolePath(path)) {
        return Redirect(request, kHome);
    }
    std::string_view below = path.substr(kHome.size());
    Match match = FindRoute(Verb::kPost, below);
    if (match.route == nullptr || match.route->page == nullptr) {
        return Redirect(request, kHome);
    }
    const Route& route = *match.route;
    HttpRequest shown;  // the page is shown as if it had been asked for
    shown.method = "GET";
    shown.path = path;
    shown.peer = request.peer;
    shown.headers = request.headers;
    VisitFacts facts = FactsOf(shown, request_id, session, std::move(match));
    Visit visit(facts);
    try {
        visit.ShowTyped(route.form, std::move(*carried), nullptr);
        return ToResponse(request, route.page(visit));
    } catch (const RefusedVisit& refused) {
        return ShowRefusal(shown, std::move(facts), refused.Why());
    }
}

HttpResponse Console::SignOut(const HttpRequest& request, const std::string& request_id) {
    const auto typed = Form::Parse(request.body);
    const auto session = FindSession(request);
    if (session && typed && IsOwnOrigin(request) &&
        platform::ConstantTimeEqual(typed->Text("csrf"), CsrfOf(session->secret))) {
        app::CloseConsoleSession(services_, app::MakeCall(session->visitor.caller, request_id),
                                 session->visitor.session);
    } else if (session) {
        return Redirect(request, kHome);
    }
    HttpResponse response = Redirect(request, "/console/sign-in");
    response.headers.emplace_back("Set-Cookie", ForgetSessionCookie(request));
    return response;
}

}  // namespace web
