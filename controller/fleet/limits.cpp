#include "controller/fleet/limits.hpp"

#include <algorithm>
#include <cmath>

namespace fleet {

double Buckets::LevelAt(const Bucket& bucket, platform::SteadyTime now) const {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
    return std::min(rate_.burst, bucket.level + seconds * rate_.per_second);
}

double Buckets::Level(const std::string& key, platform::SteadyTime now) const {
    const auto found = buckets_.find(key);
    return found == buckets_.end() ? rate_.burst : LevelAt(found->second, now);
}

void Buckets::MakeRoom(platform::SteadyTime now) {
    std::erase_if(buckets_, [&](const auto& entry) { return LevelAt(entry.second, now) >= rate_.burst; });
    // Who has spent least loses least by being forgotten.
    for (double spared = 0; buckets_.size() >= most_kept_; ++spared) {
        std::erase_if(buckets_, [&](const auto& entry) { return LevelAt(entry.second, now) >= rate_.burst - spared; });
    }
}

bool Buckets::Take(std::string_view key, platform::SteadyTime now) {
    if (rate_.per_second <= 0) {
        return true;
    }
    const std::lock_guard lock(mutex_);
    const std::string name(key);
    const double level = Level(name, now);
    if (level < 1) {
        return false;
    }
    if (buckets_.size() >= most_kept_ && !buckets_.contains(name)) {
        MakeRoom(now);
    }
    buckets_[name] = {level - 1, now};
    return true;
}

bool Buckets::HasOne(std::string_view key, platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    return rate_.per_second <= 0 || Level(std::string(key), now) >= 1;
}

std::int64_t Buckets::RetrySeconds(std::string_view key, platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const double missing = rate_.per_second <= 0 ? 0 : 1 - Level(std::string(key), now);
    return missing <= 0 ? 0
                        : std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(missing / rate_.per_second)));
}

std::size_t Buckets::Kept() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

void Acquainted::Add(const std::string& credential_hash) {
    const std::lock_guard lock(mutex_);
    if (hashes_.size() >= most_kept_) {
        hashes_.clear();  // who comes in again is known again
    }
    hashes_.insert(credential_hash);
}

void Acquainted::Remove(const std::string& credential_hash) {
    const std::lock_guard lock(mutex_);
    hashes_.erase(credential_hash);
}

bool Acquainted::Knows(const std::string& credential_hash) const {
    const std::lock_guard lock(mutex_);
    return hashes_.contains(credential_hash);
}

}  // namespace fleet
