#include "tenancy/link/local_order.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/link/link_files.hpp"

namespace tenancy::link {
namespace {

constexpr int kLocalVersion = 1;
constexpr std::size_t kMaxLocalText = 1000;

LocalState UnreadableOrder(std::string reason) {
    return {
        true, std::nullopt,
        std::move(reason) + " It counts as an order to switch off; write it again with `switch off` or `switch on`."};
}

bool IsPlainText(std::string_view text) {
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return !platform::Trim(text).empty() && !control && platform::IsValidUtf8(text) &&
           platform::CountCodePoints(text) <= kMaxLocalText;
}

platform::Expected<void, std::string> WriteOrder(const std::string& folder, const LocalOrder& order, bool off) {
    if (!IsPlainText(order.by) || !IsPlainText(order.reason)) {
        return platform::Unexpected<std::string>(
            "who orders it and why are needed, each one line of 1 to 1000 characters");
    }
    return WriteWhole(LocalOrderPath(folder), platform::CanonicalJson({{"version", kLocalVersion},
                                                                       {"off", off},
                                                                       {"by", order.by},
                                                                       {"reason", order.reason},
                                                                       {"at", platform::FormatTime(order.at)}}) +
                                                  "\n");
}

}  // namespace

std::string LocalOrderPath(const std::string& folder) {
    return folder + "/local-switch.json";
}

LocalState ReadLocalOrder(const std::string& folder) {
    const std::string path = LocalOrderPath(folder);
    const auto text = ReadIfThere(path);
    if (!text) {
        return UnreadableOrder(text.error() + ".");
    }
    if (!*text) {
        return {};
    }
    const auto json = platform::ParseJson(**text);
    if (!json) {
        return UnreadableOrder(path + " is damaged.");
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    in.Integer("version", kLocalVersion, kLocalVersion);
    const bool off = in.Boolean("off");
    LocalOrder order{in.Text("by"), in.Text("reason"), in.Instant("at")};
    in.Finish();
    if (!errors.empty()) {
        return UnreadableOrder(path + " is damaged.");
    }
    return {off, off ? std::optional(std::move(order)) : std::nullopt, {}};
}

platform::Expected<void, std::string> SwitchOffLocally(const std::string& folder, const LocalOrder& order) {
    return WriteOrder(folder, order, true);
}

platform::Expected<void, std::string> LiftLocalOrder(const std::string& folder, const LocalOrder& order) {
    return WriteOrder(folder, order, false);
}

StoredSwitch ReadStoredSwitch(const std::string& folder, const std::string& instance, bool environment) {
    TenantSwitch tenant_switch;
    const ControlLink link({folder, instance, environment}, tenant_switch);
    const LocalState local = ReadLocalOrder(folder);
    const auto order = link.Current();
    std::string text = environment ? "The environment says on." : "The environment says off.";
    if (!order) {
        text += link.Problem().empty() ? " No order of a controller was ever accepted." : "";
    } else {
        text += std::string(" The controller's order ") + std::to_string(order->generation) + " of " +
                platform::FormatTime(order->issued_at) + " says " + (order->enabled ? "on" : "off") +
                (order->reason.empty() ? "." : ": " + platform::EscapeForLog(order->reason) + ".");
    }
    if (local.order) {
        text += " Switched off on this machine by " + platform::EscapeForLog(local.order->by) + " at " +
                platform::FormatTime(local.order->at) + ": " + platform::EscapeForLog(local.order->reason) + ".";
    }
    if (!link.Problem().empty()) {
        text += " " + link.Problem();
    }
    text += tenant_switch.Enabled() ? " In force: on." : " In force: off.";
    return {tenant_switch.Enabled(), std::move(text)};
}

}  // namespace tenancy::link
