#include "tenancy/wire/flag_fields.hpp"

#include <algorithm>
#include <utility>

#include "platform/json/pointer.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;

constexpr std::size_t kMaxFlagOrgs = 10'000;
constexpr platform::TextRule kFlagOrgName{1, 200};

FlagOrder ReadFlag(const Json& json, const std::string& pointer, FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    FlagOrder flag;
    flag.default_on = in.Boolean("default");
    flag.enabled_orgs = in.TextList("enabled_orgs", kMaxFlagOrgs, kFlagOrgName);
    flag.killed = in.Boolean("killed");
    in.Finish();
    return flag;
}

}  // namespace

Json FlagsJson(const std::map<std::string, FlagOrder>& flags) {
    Json json = Json::object();
    for (const auto& [name, flag] : flags) {
        json[name] = {{"default", flag.default_on}, {"enabled_orgs", flag.enabled_orgs}, {"killed", flag.killed}};
    }
    return json;
}

std::map<std::string, FlagOrder> ReadFlags(const Json& json, const std::string& pointer, FieldErrors& errors) {
    std::map<std::string, FlagOrder> flags;
    for (const auto& [name, flag] : json.items()) {
        if (name.empty() || std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
            errors.push_back({platform::PointerStep(pointer, name), "must have a name without control characters"});
            continue;
        }
        flags[name] = ReadFlag(flag, platform::PointerStep(pointer, name), errors);
    }
    return flags;
}

std::map<std::string, FlagOrder> ScanFlags(platform::CanonicalScanner& in) {
    std::map<std::string, FlagOrder> flags;
    in.Expect("{");
    while (in.Ok() && !in.Accept("}")) {
        if (!flags.empty()) {
            in.Expect(",");
        }
        FlagOrder& flag = flags[in.Text()];
        in.Expect(R"(:{"default":)");
        flag.default_on = in.Boolean();
        in.Expect(R"(,"enabled_orgs":[)");
        while (in.Ok() && !in.Accept("]")) {
            if (!flag.enabled_orgs.empty()) {
                in.Expect(",");
            }
            flag.enabled_orgs.push_back(in.Text(kFlagOrgName));
        }
        in.Expect(R"(,"killed":)");
        flag.killed = in.Boolean();
        in.Expect("}");
    }
    return flags;
}

}  // namespace tenancy::wire
