#include "pulse/daemon/order_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <string_view>
#include <system_error>

#include "platform/log/log.hpp"

namespace pulse::daemon {
namespace {

constexpr int kAnywayMilliseconds = 250;

}  // namespace

OrderWatch::OrderWatch(const std::string& folder, std::function<void()> look)
    : look_(std::move(look)), notify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC)) {
    if (wake_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    if (notify_ >= 0) {
        // The order is written under another name and moved; a hand may also write or delete it.
        ::inotify_add_watch(notify_, folder.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE);
    }
    thread_ = std::thread([this] { Loop(); });
}

OrderWatch::~OrderWatch() {
    stopping_.store(true);
    const std::uint64_t one = 1;
    // An eventfd takes eight bytes at once, or the counter is full and the thread is awake anyway.
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
    thread_.join();
    ::close(wake_);
    if (notify_ >= 0) {
        ::close(notify_);
    }
}

void OrderWatch::Loop() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::array<char, 4096> told{};
    while (!stopping_.load()) {
        pollfd watched[2] = {{wake_, POLLIN, 0}, {notify_, POLLIN, 0}};
        ::poll(watched, notify_ < 0 ? 1 : 2, kAnywayMilliseconds);
        while (notify_ >= 0 && ::read(notify_, told.data(), told.size()) > 0) {
        }
        try {
            look_();
        } catch (const std::exception& error) {
            platform::LogLimited(limiter, platform::Level::kError, "order.not_read",
                                 {{"error", std::string_view(error.what())}});
        }
    }
}

}  // namespace pulse::daemon
