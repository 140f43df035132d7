#include "tests/fleet/knocking.hpp"

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {

Knocked Knock(const std::string& url, const std::string& secret, const std::string& new_hash) {
    platform::WsClientOptions options;
    options.url = url + std::string(tenancy::wire::kChannelPath);
    if (!secret.empty()) {
        options.headers.emplace_back("Authorization", "Bearer " + std::string(platform::Trim(secret)));
    }
    if (!new_hash.empty()) {
        options.headers.emplace_back(std::string(tenancy::wire::kNewCredentialHeader), new_hash);
    }
    options.limits.max_queued_messages = 1024;
    options.limits.max_message_bytes = 2 * tenancy::wire::kMaxControlBytes;
    return platform::WsClient::Connect(std::move(options));
}

Knocked Knock(const Controller& controller, const std::string& secret, const std::string& new_hash) {
    return Knock(controller.FleetUrl(), secret, new_hash);
}

int KnockStatus(const Controller& controller, const std::string& secret, const std::string& new_hash) {
    const auto client = Knock(controller, secret, new_hash);
    return client ? 101 : client.error().status;
}

std::string SecretFor(const Controller& controller, const std::string& instance) {
    const support::TempDir folder("token");
    const std::string token = support::ReadFile(controller.EnrolInto((folder / "token").string(), instance));
    return token.substr(0, token.find('.'));
}

std::string PlainReport(const std::string& boot_id, std::int64_t generation) {
    tenancy::wire::Report report;
    report.boot_id = boot_id;
    report.process_started_at = platform::SystemNow();
    report.sent_at = platform::SystemNow();
    report.program = "played";
    report.enabled = true;
    report.generation = generation;
    return tenancy::wire::EncodeReport(report);
}

}  // namespace fleet_test
