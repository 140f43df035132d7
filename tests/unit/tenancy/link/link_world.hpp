// A folder, a controller that signs, and the instance `pulse-1` whose link lives in the folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/crypto/crypto.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/link/control_link.hpp"
#include "tests/support/temp_dir.hpp"

namespace tenancy_test {

/// What a controller sends.
struct Signed {
    std::string text;
    std::string signature;
};

class LinkWorld {
public:
    /// The environment says on, and the controller's key is pinned.
    LinkWorld();

    /// The process starts again: a new switch and a new link over the same folder.
    void Restart(bool environment = true,
                 tenancy::link::BeforeFirstOrder before_first_order = tenancy::link::BeforeFirstOrder::kEverybody);

    static std::string Text(std::int64_t generation, bool enabled, std::string_view instance = "pulse-1");
    Signed Order(std::int64_t generation, bool enabled) const;
    tenancy::link::AcceptResult Accept(const Signed& order);
    /// Accepts and answers the outcome's text.
    std::string Give(std::int64_t generation, bool enabled);

    bool On() const {
        return tenant_switch->Enabled();
    }
    std::string Folder() const {
        return dir.Path().string();
    }
    std::string Read(std::string_view name) const;
    void Write(std::string_view name, std::string_view content) const;
    /// Makes writing into the folder fail for everybody, also for root: the file's place is taken by a folder that is
    /// not empty.
    void Occupy(std::string_view name) const;
    void Free(std::string_view name) const;

    support::TempDir dir;
    platform::SigningKey key = platform::SigningKey::Generate();
    std::unique_ptr<tenancy::TenantSwitch> tenant_switch;
    std::unique_ptr<tenancy::link::ControlLink> link;
};

}  // namespace tenancy_test
