#include "controller/fleet/inventory_recorder.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "controller/store/exposure.hpp"

namespace fleet {

void InventoryRecorder::Register(Dispatch& dispatch) {
    dispatch.Add("inventory", tenancy::wire::kMaxInventoryBytes,
                 [this](const Sender& from, std::string_view text) -> std::optional<std::string> {
                     auto said = tenancy::wire::DecodeInventory(text);
                     if (!said) {
                         return WhyNoMessage(said.error());
                     }
                     {
                         const std::lock_guard lock(mutex_);
                         said_.insert_or_assign(from.instance, std::move(*said));
                     }
                     Wake();
                     return std::nullopt;
                 });
}

void InventoryRecorder::OnGone(const policy::InstanceId& instance) {
    const std::lock_guard lock(mutex_);
    said_.erase(instance);  // it says it again when it is back
}

void InventoryRecorder::OnTick() {
    std::map<policy::InstanceId, tenancy::wire::Inventory> said;
    {
        const std::lock_guard lock(mutex_);
        said.swap(said_);
    }
    if (said.empty()) {
        return;
    }
    std::vector<store::InstanceInventory> rows;
    for (const auto& [instance, inventory] : said) {
        rows.push_back({instance, inventory.orgs, inventory.tenants.count, inventory.tenants.digest,
                        tenancy::wire::EncodeFlags(inventory.flags), inventory.sent_at});
    }
    const auto record = [&](const std::vector<store::InstanceInventory>& some) {
        const auto unheard = Context().database.Write(
            [&](store::Tx& tx) { return store::RecordInventories(tx, Context().controller, some); });
        const std::lock_guard lock(mutex_);
        for (const policy::InstanceId& instance : unheard) {
            said_.try_emplace(instance, said.at(instance));
        }
    };
    try {
        try {
            record(rows);
        } catch (const store::Unavailable&) {
            throw;
        } catch (const std::exception& error) {
            // One of them cannot be recorded: that must not keep the others from it.
            Context().on_error(error.what());
            for (const store::InstanceInventory& row : rows) {
                try {
                    record({row});
                } catch (const store::Unavailable&) {
                    throw;
                } catch (const std::exception& reason) {
                    Log("fleet.inventory_not_recorded", row.instance, reason.what());
                }
            }
        }
    } catch (const store::Unavailable&) {
        const std::lock_guard lock(mutex_);
        said_.merge(said);  // what has come meanwhile is newer
        throw;
    }
}

}  // namespace fleet
