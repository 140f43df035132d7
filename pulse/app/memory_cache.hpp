// Rows kept in memory under a key, always as new as the database: whoever changes a row calls Forget after the commit.
//
// A reader that began before a Forget cannot put back what it read: each shard has a generation, and what was loaded
// under an older one is given to its caller but not kept. While Enable(false) (nobody would tell of changes made by
// others) nothing is kept at all. Bounded: a full shard starts over. Thread safe; loaders run without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pulse::app {

template <typename Value>
class MemoryCache {
public:
    explicit MemoryCache(std::size_t most) : most_per_shard_(most / kShards + 1) {}

    /// `load(key)` gives std::optional<Value>; nothing is not kept.
    template <typename Load>
    std::shared_ptr<const Value> Get(std::string_view key, Load&& load) {
        Shard& shard = ShardOf(key);
        std::uint64_t generation = 0;
        {
            const std::shared_lock lock(shard.mutex);
            const auto found = shard.values.find(key);
            if (found != shard.values.end()) {
                return found->second;
            }
            generation = shard.generation;
        }
        auto loaded = load(key);
        if (!loaded) {
            return nullptr;
        }
        auto value = std::make_shared<const Value>(std::move(*loaded));
        const std::lock_guard lock(shard.mutex);
        if (shard.generation == generation && enabled_.load(std::memory_order_acquire)) {
            if (shard.values.size() >= most_per_shard_) {
                shard.values.clear();
            }
            shard.values.insert_or_assign(std::string(key), value);
        }
        return value;
    }

    void Forget(std::string_view key) {
        Shard& shard = ShardOf(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.generation;
        const auto found = shard.values.find(key);
        if (found != shard.values.end()) {
            shard.values.erase(found);
        }
    }

    /// Everything for which `unwanted(value)` holds.
    template <typename Unwanted>
    void ForgetIf(Unwanted&& unwanted) {
        for (Shard& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            ++shard.generation;
            std::erase_if(shard.values, [&](const auto& entry) { return unwanted(*entry.second); });
        }
    }

    void ForgetAll() {
        ForgetIf([](const Value&) { return true; });
    }

    void Enable(bool enabled) {
        enabled_.store(enabled, std::memory_order_release);
        ForgetAll();
    }

private:
    static constexpr std::size_t kShards = 8;

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Shard {
        std::shared_mutex mutex;
        std::uint64_t generation = 0;
        std::unordered_map<std::string, std::shared_ptr<const Value>, TextHash, std::equal_to<>> values;
    };

    Shard& ShardOf(std::string_view key) {
        return shards_[TextHash{}(key) % kShards];
    }

    const std::size_t most_per_shard_;
    std::atomic<bool> enabled_{true};
    std::array<Shard, kShards> shards_;
};

}  // namespace pulse::app
