#include "controller/app/authenticate.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "controller/app/known_callers.hpp"
#include "controller/app/oidc.hpp"

namespace app {
namespace {

constexpr std::string_view kTokenPrefix = "pcl_";
constexpr std::size_t kTokenBytes = 32;
constexpr std::chrono::seconds kNoteEvery{60};
constexpr std::size_t kMostNotes = 10'000;

}  // namespace

std::string MakeTokenText() {
    return std::string(kTokenPrefix) + platform::Base64UrlEncode(platform::RandomBytes(kTokenBytes));
}

std::optional<platform::Digest> TokenHash(std::string_view token) {
    if (!token.starts_with(kTokenPrefix)) {
        return std::nullopt;
    }
    const auto bytes = platform::Base64UrlDecode(token.substr(kTokenPrefix.size()));
    if (!bytes || bytes->size() != kTokenBytes) {
        return std::nullopt;
    }
    return platform::Sha256(token);
}

std::optional<Credential> ReadCredential(const Services& services, std::string_view bearer) {
    Credential credential;
    credential.token = TokenHash(bearer);
    if (!credential.token && services.oidc != nullptr && !bearer.starts_with(kTokenPrefix)) {
        credential.principal = services.oidc->Verify(bearer);
    }
    return credential.token || credential.principal ? std::optional(credential) : std::nullopt;
}

std::optional<store::Caller> FindCaller(const Services& services, const Credential& credential) {
    auto caller = services.database.Once([&](store::Tx& tx) {
        return credential.token ? store::FindCallerByToken(tx, *credential.token)
                                : store::FindCallerById(tx, *credential.principal);
    });
    if (caller) {
        services.callers.Note(credential, *caller);
    }
    return caller;
}

Call MakeCall(store::Caller caller, std::string request_id) {
    Call call;
    call.actor = {std::move(caller.principal), caller.kind, std::move(caller.roles)};
    call.display_name = std::move(caller.display_name);
    call.token_id = caller.token.Text();
    call.request_id = std::move(request_id);
    return call;
}

void TokenUse::Note(store::Database& database, const std::string& token_id, platform::SteadyTime now) {
    {
        const std::lock_guard lock(mutex_);
        auto& noted = noted_[token_id];
        if (noted != platform::SteadyTime{} && now - noted < kNoteEvery) {
            return;
        }
        noted = now;
        if (noted_.size() > kMostNotes) {
            std::erase_if(noted_, [&](const auto& entry) { return now - entry.second >= kNoteEvery; });
        }
    }
    try {
        database.Write([&](store::Tx& tx) { store::RecordTokenUse(tx, policy::RecordId::Trusted(token_id)); });
    } catch (const std::exception&) {
        const std::lock_guard lock(mutex_);
        noted_.erase(token_id);
    }
}

}  // namespace app
