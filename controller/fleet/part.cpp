#include "controller/fleet/part.hpp"

#include <exception>
#include <utility>

namespace fleet {
namespace {

constexpr std::chrono::milliseconds kPauseAfterFailure{500};

}  // namespace

Part::Part(PartContext context, std::chrono::milliseconds tick) : context_(std::move(context)), tick_(tick) {}

void Part::Start() {
    thread_ = std::thread([this] { Loop(); });
}

void Part::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Part::Wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Part::Pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return stopping_; });
}

void Part::Loop() {
    bool last = false;
    while (!last) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, tick_, [this] { return woken_ || stopping_; });
            woken_ = false;
            last = stopping_;
        }
        try {
            OnTick();
        } catch (const std::exception& error) {
            context_.on_error(error.what());
            std::unique_lock lock(mutex_);
            woken_ = true;
            changed_.wait_for(lock, kPauseAfterFailure, [this] { return stopping_; });
        }
    }
}

}  // namespace fleet
