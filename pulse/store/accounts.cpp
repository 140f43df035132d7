#include "pulse/store/accounts.hpp"

#include "platform/base/text.hpp"
#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

constexpr std::size_t kLongestAccountName = 200;

constexpr platform::Statement kFindAccount{
    "pulse_find_account",
    "SELECT username, display_name, email, password_hash, system_role, active, created_at FROM pulse.accounts "
    "WHERE username = $1"};
constexpr platform::Statement kAnyAccount{"pulse_any_account", "SELECT EXISTS (SELECT FROM pulse.accounts)"};
constexpr platform::Statement kInsertAccount{
    "pulse_insert_account",
    "INSERT INTO pulse.accounts (username, display_name, email, password_hash, system_role) "
    "VALUES ($1, $2, $3, $4, $5)"};
constexpr platform::Statement kInsertNewAccount{
    "pulse_insert_new_account",
    "INSERT INTO pulse.accounts (username, display_name, email, password_hash, system_role) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (username) DO NOTHING RETURNING username"};
constexpr platform::Statement kSetPassword{
    "pulse_set_password",
    "UPDATE pulse.accounts SET password_hash = $2, password_changed_at = transaction_timestamp() "
    "WHERE username = $1 RETURNING username"};

Account ReadAccount(platform::Columns& columns) {
    Account account;
    account.username = columns.Text();
    account.display_name = columns.Text();
    account.email = columns.Text();
    account.password_hash = columns.Text();
    account.system_role = columns.Enum<SystemRole>();
    account.active = columns.Flag();
    account.created_at = columns.Instant();
    return account;
}

}  // namespace

bool IsAccountName(std::string_view name) {
    return !name.empty() && platform::Trim(name) == name && platform::IsValidUtf8(name) &&
           platform::CountCodePoints(name) <= kLongestAccountName && name.find('\0') == name.npos &&
           !platform::ToLowerAscii(name).starts_with("token:");
}

std::optional<Account> FindAccount(platform::Tx& tx, std::string_view username) {
    return tx.Find(kFindAccount, ReadAccount, username);
}

bool AnyAccountExists(platform::Tx& tx) {
    return tx.One(kAnyAccount, [](platform::Columns& columns) { return columns.Flag(); });
}

void InsertAccount(platform::Tx& tx, const NewAccount& account) {
    tx.Exec(kInsertAccount, account.username, account.display_name, account.email, account.password_hash,
            account.system_role);
}

bool InsertAccountUnlessTaken(platform::Tx& tx, const NewAccount& account) {
    return !tx.Exec(kInsertNewAccount, account.username, account.display_name, account.email, account.password_hash,
                    account.system_role)
                .empty();
}

bool SetPassword(platform::Tx& tx, std::string_view username, std::string_view password_hash) {
    return !tx.Exec(kSetPassword, username, password_hash).empty();
}

}  // namespace pulse::store
