// One pulsed with two tenants that have one of everything: `ours`, whose people try, and `theirs`, whose every text
// carries a marker. Whoever is of ours and sees a marker of theirs has found a hole; so has whoever changes Digest().
//
// One thread, but for Server(), Ours() and Theirs().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/pulse/harness.hpp"

namespace isolation {

using pulse_test::Caller;
using pulse_test::Json;
using pulse_test::Reply;

/// A tenant and the ids of what it has. `marker` is in all its texts, people's names included.
struct Tenant {
    std::string id;
    std::string marker;
    std::string owner;  // a person
    std::string member;
    std::string guest;  // invited
    std::string customer;
    std::string alert;
    std::string token;  // its id
    std::string token_secret;
    std::string share;     // given to a third tenant
    std::string incoming;  // given by it
    std::string audit;     // an entry of its log
    std::string export_file;

    /// `{org}`, `{customer}` and so on, filled in.
    std::string Fill(std::string_view pattern) const;
    /// What nobody of another tenant may ever read: the marker, the ids of records, the secret.
    std::vector<std::string> Secrets() const;
};

class World {
public:
    explicit World(pulse_test::PulsedOptions options = {});
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    pulse_test::OwnPulsed& Server() {
        return *server_;
    }
    const Tenant& Ours() const {
        return ours_;
    }
    const Tenant& Theirs() const {
        return theirs_;
    }
    const Tenant& Third() const {
        return third_;
    }

    /// Count and fingerprint of every row of theirs and of the third tenant's, read by the owner of the tables:
    /// records, the organization and its people, tokens, accounts, quotas, billing, and what was successfully done
    /// (audit).
    std::string Digest();

private:
    Tenant Provision(const std::string& id, const std::string& marker);
    void Furnish(Tenant& tenant, const Tenant& third);

    std::unique_ptr<pulse_test::OwnPulsed> server_;
    bool hosted_;
    Tenant ours_;
    Tenant theirs_;
    Tenant third_;
};

/// The same for any tenants.
std::string DigestOf(const std::string& owner_conninfo, const std::vector<std::string>& tenants);

/// One statement as the owner of the tables.
void Sql(pulse_test::OwnPulsed& server, const std::string& text);

/// The first secret of `tenant` that is in the answer's headers or body; empty: none.
std::string Leak(const Reply& reply, const Tenant& tenant);

}  // namespace isolation
