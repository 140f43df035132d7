#include "platform/crypto/password.hpp"

#include <charconv>
#include <condition_variable>
#include <mutex>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/crypto/scrypt.hpp"

namespace platform {
namespace {

constexpr ScryptCost kCost{.n = 16384, .r = 8, .p = 5};
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kParts = 6;
constexpr int kMostAtOnce = 2;
// What a stored text may ask for at most: a forged row must not stop the program.
constexpr std::uint64_t kMostN = 1U << 17U;
constexpr std::uint64_t kMostR = 16;
constexpr std::uint64_t kMostP = 16;

/// A turn at the expensive work; waits for one.
class ScryptTurn {
public:
    ScryptTurn() {
        std::unique_lock lock(Shared().mutex);
        Shared().changed.wait(lock, [] { return Shared().running < kMostAtOnce; });
        ++Shared().running;
    }
    ~ScryptTurn() {
        const std::lock_guard lock(Shared().mutex);
        --Shared().running;
        Shared().changed.notify_one();
    }
    ScryptTurn(const ScryptTurn&) = delete;
    ScryptTurn& operator=(const ScryptTurn&) = delete;

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        int running = 0;
    };
    static State& Shared() {
        static State state;
        return state;
    }
};

std::optional<std::uint64_t> CostNumber(std::string_view text, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::string> PasswordComplaint(std::string_view password) {
    if (password.size() < kShortestPassword || password.size() > kLongestPassword) {
        return "A password has " + std::to_string(kShortestPassword) + " to " + std::to_string(kLongestPassword) +
               " bytes.";
    }
    if (!IsValidUtf8(password)) {
        return "A password is text in UTF-8.";
    }
    return std::nullopt;
}

std::string HashPassword(std::string_view password) {
    const ScryptTurn turn;
    const std::string salt = RandomBytes(kSaltBytes);
    const std::string key = Scrypt(password, salt, kCost, kKeyBytes);
    return "scrypt$" + std::to_string(kCost.n) + "$" + std::to_string(kCost.r) + "$" + std::to_string(kCost.p) + "$" +
           Base64UrlEncode(salt) + "$" + Base64UrlEncode(key);
}

bool VerifyPassword(std::string_view stored, std::string_view password) {
    const auto parts = Split(stored, '$');
    if (parts.size() != kParts || parts[0] != "scrypt" || password.size() > kLongestPassword) {
        return false;
    }
    const auto n = CostNumber(parts[1], kMostN);
    const auto r = CostNumber(parts[2], kMostR);
    const auto p = CostNumber(parts[3], kMostP);
    const auto salt = Base64UrlDecode(parts[4]);
    const auto key = Base64UrlDecode(parts[5]);
    if (!n || !r || !p || !salt || !key || key->empty()) {
        return false;
    }
    const ScryptTurn turn;
    const ScryptCost cost{*n, static_cast<std::uint32_t>(*r), static_cast<std::uint32_t>(*p)};
    return ConstantTimeEqual(Scrypt(password, *salt, cost, key->size()), *key);
}

void SpendVerification(std::string_view password) {
    const ScryptTurn turn;
    Scrypt(password.substr(0, kLongestPassword), "nobody", kCost, kKeyBytes);
}

}  // namespace platform
