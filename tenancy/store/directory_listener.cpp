#include "tenancy/store/directory_listener.hpp"

#include <utility>

#include "platform/sql/notification_listener.hpp"

namespace tenancy::store {
namespace {

constexpr const char* kChannel = "tenancy";

}  // namespace

struct DirectoryListener::Impl {
    Impl(DirectoryCache& cache_to_keep, ListenerOptions given)
        : cache(cache_to_keep),
          options(std::move(given)),
          listener({options.conninfo, options.application_name, kChannel, {}},
                   {[this](platform::Hearing hearing) { Heed(hearing); },
                    [this](std::string_view payload) { Take(payload); }, options.on_state}) {}

    void Heed(platform::Hearing hearing) {
        switch (hearing) {
            case platform::Hearing::kLost:
                cache.SetTrust(Trust::kNo);
                return;
            case platform::Hearing::kFresh:
                cache.SetTrust(Trust::kYes);
                Tell(std::nullopt);
                return;
            case platform::Hearing::kDoubtful:
                cache.Doubt();
                return;
            case platform::Hearing::kConfirmed:
                cache.Confirm();
                return;
        }
    }

    void Take(std::string_view payload) {
        if (const auto org = OrgId::Parse(payload)) {
            cache.Forget(*org);
            Tell(org);
        } else {
            cache.ForgetAll();
            Tell(std::nullopt);
        }
    }

    void Tell(const std::optional<OrgId>& org) const {
        if (options.on_change) {
            options.on_change(org);
        }
    }

    DirectoryCache& cache;
    const ListenerOptions options;
    platform::NotificationListener listener;  // last: ends first, then nothing is told any more
};

DirectoryListener::DirectoryListener(DirectoryCache& cache, ListenerOptions options)
    : impl_(std::make_unique<Impl>(cache, std::move(options))) {}

DirectoryListener::~DirectoryListener() = default;

}  // namespace tenancy::store
