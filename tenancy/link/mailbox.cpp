#include "tenancy/link/mailbox.hpp"

#include <utility>

namespace tenancy::link {
namespace {

constexpr std::size_t kMostUnread = 64;
constexpr std::size_t kMostAnswers = 16;

}  // namespace

std::uint64_t Mailbox::Begin() {
    const std::lock_guard lock(mutex_);
    messages_.clear();
    closed_.reset();
    outgoing_.clear();
    inventory_due_ = inventory_.has_value();
    return ++connection_;
}

std::uint64_t Mailbox::Connection() const {
    const std::lock_guard lock(mutex_);
    return connection_;
}

std::optional<std::string> Mailbox::AwaitMessage(platform::SteadyTime until, bool for_sending) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(
        lock, until, [&] { return !messages_.empty() || closed_ || stopping_ || (for_sending && AnythingToSend()); });
    if (messages_.empty()) {
        return std::nullopt;
    }
    std::string text = std::move(messages_.front());
    messages_.pop_front();
    return text;
}

std::optional<std::string> Mailbox::Ended() const {
    const std::lock_guard lock(mutex_);
    return messages_.empty() ? closed_ : std::nullopt;
}

void Mailbox::Sleep(std::chrono::milliseconds pause) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause, [this] { return stopping_; });
}

bool Mailbox::Stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

Mailbox::Due Mailbox::TakeDue() {
    const std::lock_guard lock(mutex_);
    Due due;
    due.report = std::exchange(report_due_, false);
    for (auto& [generation, answer] : std::exchange(answers_, {})) {
        due.answers.push_back(std::move(answer));
    }
    if (std::exchange(inventory_due_, false)) {
        inventory_->sent_at = platform::SystemNow();
        due.messages.push_back(wire::EncodeInventory(*inventory_));
    }
    for (std::string& message : std::exchange(outgoing_, {})) {
        due.messages.push_back(std::move(message));
    }
    return due;
}

void Mailbox::ReportIsBeingSent() {
    const std::lock_guard lock(mutex_);
    report_due_ = false;
}

void Mailbox::Received(std::uint64_t connection, std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (connection_ != connection) {
        return;
    }
    if (messages_.size() == kMostUnread) {
        messages_.pop_front();  // of orders the newest counts
    }
    messages_.emplace_back(text);
    changed_.notify_all();
}

void Mailbox::Closed(std::uint64_t connection, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (connection_ != connection) {
        return;
    }
    closed_ = reason.empty() ? "the connection ended" : reason;
    changed_.notify_all();
}

void Mailbox::Stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

void Mailbox::ReportSoon() {
    const std::lock_guard lock(mutex_);
    report_due_ = true;
    changed_.notify_all();
}

void Mailbox::Answer(wire::OrderAnswer answer) {
    const std::lock_guard lock(mutex_);
    const std::int64_t generation = answer.generation;
    answers_.insert_or_assign(generation, std::move(answer));
    if (answers_.size() > kMostAnswers) {
        answers_.erase(answers_.begin());
    }
    changed_.notify_all();
}

void Mailbox::Publish(wire::Inventory inventory) {
    const std::lock_guard lock(mutex_);
    if (!inventory_ || !SameInventory(*inventory_, inventory)) {
        inventory_ = std::move(inventory);
        inventory_due_ = true;
        changed_.notify_all();
    }
}

void Mailbox::Send(std::uint64_t connection, std::string message) {
    const std::lock_guard lock(mutex_);
    if (connection_ == connection) {
        outgoing_.push_back(std::move(message));
        changed_.notify_all();
    }
}

}  // namespace tenancy::link
