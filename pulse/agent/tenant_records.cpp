#include "pulse/agent/tenant_records.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace pulse::agent {
namespace {

constexpr std::size_t kMostRecordBytes = 4 * 1024 * 1024;
constexpr std::string_view kDefault = "default";

}  // namespace

platform::Expected<TenantRecords, std::string> ReadTenantRecords(const std::string& orgs_folder) {
    TenantRecords records;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(orgs_folder, error)) {
        std::error_code ignored;
        if (entry.is_directory(ignored) && entry.path().filename() != kDefault) {
            records.ids.push_back(entry.path().filename().string());
        }
    }
    if (error && error.value() != ENOENT) {
        return platform::Unexpected<std::string>("the tenants in " + platform::EscapeForLog(orgs_folder) +
                                                 " cannot be counted: " + error.message());
    }
    std::sort(records.ids.begin(), records.ids.end());
    std::string all;
    for (const std::string& id : records.ids) {
        const auto record = platform::ReadFile(orgs_folder + "/" + id + "/org.json", kMostRecordBytes);
        if (!record && record.error().code != ENOENT) {
            return platform::Unexpected<std::string>(record.error().message);
        }
        all.append(std::to_string(id.size())).append(" ").append(id).append(" ");
        all.append(record ? platform::Sha256Hex(*record) : std::string("none")).append("\n");
    }
    records.digest.count = static_cast<std::int64_t>(records.ids.size());
    records.digest.digest = platform::Sha256Hex(all);
    return records;
}

}  // namespace pulse::agent
