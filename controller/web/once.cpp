#include "controller/web/once.hpp"

#include "controller/web/visit.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

constexpr std::size_t kKeyBytes = 15;
constexpr std::size_t kLongestKey = 40;
constexpr std::size_t kHashDigits = 32;
constexpr int kDone = 303;
constexpr int kNotDone = 503;  // is not kept: a form that was refused is judged anew
constexpr std::string_view kNoHeaders = "{}";
constexpr std::string_view kSentBefore = "This form was sent twice; it was done once.";

/// The page of the form, below /console; the board when the browser does not say.
std::string PageOfForm(const platform::HttpRequest& request) {
    std::string_view referer = request.Header("referer");
    const auto scheme = referer.find("://");
    const auto path = scheme == referer.npos ? scheme : referer.find('/', scheme + 3);
    if (path == referer.npos) {
        return {};
    }
    referer.remove_prefix(path);
    const bool ours = referer.starts_with(std::string(kHome) + "/");
    return ours && referer.find_first_of("\r\n\\") == referer.npos ? std::string(referer.substr(kHome.size()))
                                                                   : std::string();
}

}  // namespace

std::string NewFormKey() {
    return platform::Base64UrlEncode(platform::RandomBytes(kKeyBytes));
}

std::string FormHash(const Visit& visit) {
    platform::Sha256Stream digest;
    digest.Update(visit.Request().path);
    for (const auto& [name, value] : visit.Typed().All()) {
        // What was typed as a password is kept nowhere, also not as a hash that is quickly made.
        if (name != "csrf" && name != "form_key" && name.find("password") == std::string::npos) {
            digest.Update("\n" + std::to_string(name.size()) + ":" + name + "=" + std::to_string(value.size()) + ":");
            digest.Update(value);
        }
    }
    return digest.FinishHex();
}

std::string FormKey(const Visit& visit) {
    const std::string_view key = visit.Typed().Text("form_key");
    if (key.empty() || key.size() > kLongestKey) {
        return {};
    }
    // Another form of the same page, or the same one filled in otherwise, is another thing to do.
    return "console-" + std::string(key) + "-" + FormHash(visit).substr(0, kHashDigits);
}

void Visit::WriteOnce(const std::function<bool(store::Tx&)>& script) {
    const std::string key = written_key_.empty() ? FormKey(*this) : std::string();
    const auto once = app::RunOnce(Services().database, Caller().actor.id, key, FormHash(*this), [&](store::Tx& tx) {
        return app::StorableAnswer{script(tx) ? kDone : kNotDone, std::string(kNoHeaders), {}};
    });
    if (once.replay) {
        throw RepeatedVisit(once.replay->body);
    }
    if (!key.empty()) {
        written_key_ = key;
    }
}

Reply RepeatedVisit::GoOn(const Visit& visit) const {
    const auto split = kept_.find('\n');
    // Nothing is kept while the first one is still being answered, and of what was shown once and must not be again.
    return split == kept_.npos ? visit.GoTo(PageOfForm(visit.Request()), kSentBefore)
                               : visit.GoTo(kept_.substr(0, split), kept_.substr(split + 1));
}

app::StorableAnswer Storable(std::string_view path, std::string_view said) {
    return {kDone, std::string(kNoHeaders), std::string(path) + "\n" + std::string(said)};
}

void RememberAnswer(const Visit& visit, const Reply& reply) {
    std::string path;
    std::string said;
    for (const auto& [name, value] : reply.headers) {
        if (name == "Location") {
            path = value;
        } else if (name == kFlashHeader) {
            said = value;
        }
    }
    if (visit.WrittenKey().empty() || reply.status != kDone || !path.starts_with(kHome)) {
        return;
    }
    try {
        app::KeepAnswer(visit.Services().database, visit.Caller().actor.id, visit.WrittenKey(),
                        Storable(path.substr(kHome.size()), said));
    } catch (const store::Unavailable&) {
        // It is done all the same. Sent again, the form goes back to its own page.
        return;
    }
}

}  // namespace web
