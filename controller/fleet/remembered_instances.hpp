// The part of the channel that remembers whose credentials the database found good, so that an instance comes back
// while the database does not answer, also to the next process (docs/adr/0075): a kill reaches who is connected. There
// is nothing else for it meanwhile: its orders are in the database.
//
// On the disk are hashes. Whatever revokes a credential is heard of and takes it away, here and on the disk, before
// anything else is written; without such word all are asked about once a minute. What the database has not confirmed
// for a day counts for nothing.
//
// Note, Forget, Find from any thread; the rest as part.hpp says.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "controller/fleet/admission.hpp"
#include "controller/fleet/part.hpp"

namespace fleet {

class RememberedInstances : public Part {
public:
    /// Reads what the process before has left.
    explicit RememberedInstances(const PartContext& context);

    /// The database has let it in.
    void Note(const Admission& admission);
    /// The database has refused it.
    void Forget(const std::string& credential_hash);
    std::optional<Admission> Find(const std::string& credential_hash) const;

private:
    void OnNews(store::FleetNews news) override;
    void OnTick() override;
    void Confirm();
    void Write();

    mutable std::mutex mutex_;
    std::map<std::string, Admission> known_;  // by the hash of the credential, in hex
    platform::Time confirmed_{};              // by the machine's clock
    bool ask_ = false;                        // something about credentials has changed
    bool fewer_ = false;                      // somebody was taken away and is still on the disk
    bool more_ = false;
    platform::SteadyTime asked_{};
    platform::SteadyTime written_{};
};

}  // namespace fleet
