#include "controller/daemon/signing_keys.hpp"

#include <cstdio>
#include <filesystem>

#include "controller/fleet/key_ring.hpp"
#include "controller/store/keys.hpp"
#include "platform/base/files.hpp"
#include "platform/log/log.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

constexpr mode_t kKeyMode = 0600;

}  // namespace

std::string SigningKeyPath(const platform::Settings& settings) {
    const std::string& given = settings.Text("signing-key-file");
    return given.empty() ? settings.Text("data-dir") + "/signing.key" : given;
}

std::string NextKeyPath(const platform::Settings& settings) {
    return SigningKeyPath(settings) + ".next";
}

platform::SigningKey SettleSigningKey(store::Database& database, const platform::Settings& settings,
                                      const platform::SigningKey& in_use) {
    auto next = fleet::ReadNextKey(NextKeyPath(settings));
    if (!next) {
        throw platform::StartError(platform::kStartUsage, next.error());
    }
    if (!*next) {
        return in_use;
    }
    bool completed = false;
    for (const store::KeyHandover& handover :
         database.Read([](store::Tx& tx) { return store::LoadKeyHandovers(tx); })) {
        completed = completed || (handover.completed_at && handover.to_key == (*next)->KeyId());
    }
    if (!completed) {
        return in_use;
    }
    std::error_code error;
    std::filesystem::rename(NextKeyPath(settings), SigningKeyPath(settings), error);
    if (error) {
        // Of several controllers that share the file another one was faster; else there is something to mend.
        platform::Log(platform::Level::kWarning, "signing_key.not_moved",
                      {{"path", NextKeyPath(settings)}, {"error", error.message()}});
    }
    platform::Log(platform::Level::kInfo, "signing_key.retired",
                  {{"key_id", in_use.KeyId()}, {"next_key_id", (*next)->KeyId()}});
    return std::move(**next);
}

app::KeySuccession SuccessionOf(const platform::SigningKey& in_use, const std::string& next_path) {
    app::KeySuccession succession;
    succession.in_use = in_use.KeyId();
    succession.offer = [in_use, next_path](platform::Time now) -> platform::Expected<app::NextKeyOffer, std::string> {
        const auto next = fleet::ReadNextKey(next_path);
        if (!next) {
            return platform::Unexpected<std::string>(next.error());
        }
        if (!*next || (*next)->KeyId() == in_use.KeyId()) {
            return platform::Unexpected<std::string>(
                "There is no next key on this controller. Make one with portcullisd next-key, and give every "
                "controller the same.");
        }
        fleet::SignedHandover signed_word = fleet::SignHandover(in_use, **next, now);
        return app::NextKeyOffer{std::move(signed_word.from_key), std::move(signed_word.to_key),
                                 std::move(signed_word.to_pem), std::move(signed_word.statement),
                                 std::move(signed_word.signature)};
    };
    return succession;
}

int MakeNextKey(const platform::Settings& settings) {
    platform::EnsureDataDir(settings.Text("data-dir"));
    const std::string path = NextKeyPath(settings);
    auto next = fleet::ReadNextKey(path);
    if (!next) {
        throw platform::StartError(platform::kStartUsage, next.error());
    }
    if (!*next) {
        *next = platform::SigningKey::Generate();
        if (const auto written = platform::WriteFileAtomically(path, (*next)->PrivatePem(), kKeyMode); !written) {
            throw platform::StartError(platform::kStartUsage, written.error().message);
        }
    }
    std::printf("%s\nThe next key is in %s. Give every controller the same file, then: portcullis keys rotate\n",
                (*next)->KeyId().c_str(), path.c_str());
    return 0;
}

}  // namespace controller::daemon
