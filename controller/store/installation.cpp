#include "controller/store/installation.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kLoadInstallation{"installation_load", "SELECT key, value FROM installation ORDER BY key"};
constexpr Statement kLoadValue{"installation_value", "SELECT value FROM installation WHERE key = $1"};
constexpr Statement kSetValue{"installation_set", R"sql(
    INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING)sql"};

}  // namespace

std::optional<std::string> LoadInstallationValue(Tx& tx, const std::string& key) {
    return tx.Find(
        kLoadValue, [](Columns& in) { return in.Text(); }, key);
}

std::map<std::string, std::string> LoadInstallation(Tx& tx) {
    std::map<std::string, std::string> values;
    for (auto& [key, value] : tx.All(kLoadInstallation, [](Columns& in) {
             auto key = in.Text();
             return std::pair(std::move(key), in.Text());
         })) {
        values.emplace(std::move(key), std::move(value));
    }
    return values;
}

void SetInstallationValue(Tx& tx, const std::string& key, const std::string& value) {
    tx.Exec(kSetValue, key, value);
    const auto stored = LoadInstallationValue(tx, key);
    if (stored != value) {
        throw Conflict("the installation's " + key + " is set already, to another value");
    }
}

}  // namespace store
