#include "pulse/wire/token_json.hpp"

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

Json TokenJson(const store::Token& token, Bindings bindings) {
    Json json{{"id", token.id},
              {"name", token.name},
              {"prefix", token.prefix},
              {"suffix", token.suffix},
              {"createdAt", platform::FormatTime(token.created_at)},
              {"scopes", token.scopes},
              {"ownerUserId", token.owner_user}};
    if (bindings == Bindings::kShown) {
        if (token.org_ids.size() == 1) {
            json["orgId"] = token.org_ids.front();
        } else {
            json["orgIds"] = token.org_ids;
        }
    }
    if (token.last_used_at) {
        json["lastUsedAt"] = platform::FormatTime(*token.last_used_at);
    }
    if (token.expires_at) {
        json["expiresAt"] = platform::FormatTime(*token.expires_at);
    }
    return json;
}

}  // namespace

std::string EncodeTokens(const std::vector<store::Token>& tokens, Bindings bindings) {
    Json list = Json::array();
    for (const store::Token& token : tokens) {
        list.push_back(TokenJson(token, bindings));
    }
    return Json{{"tokens", list}}.dump();
}

std::string EncodeMintedToken(std::string_view secret, const store::Token& token, Bindings bindings) {
    return Json{{"token", secret}, {"record", TokenJson(token, bindings)}}.dump();
}

}  // namespace pulse::wire
