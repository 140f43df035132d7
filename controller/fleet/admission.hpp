// Who may open a channel: an instance with its credential, or a new one with an enrolment token, which it exchanges for
// the credential it has made itself. The controller never sees a credential before it is used, only its hash.
//
// An exchange may be repeated with the same credential: an instance that was cut off before it heard of its success
// asks again. Any other use of a spent token is refused. What was exchanged is in the audit chain.
//
// The successor of a credential replaces it the first time it is used.
//
// Errors: a refusal is a value, without a reason that would help to guess; store::Unavailable is the caller's. Thread
// safe.
#pragma once

#include <string>
#include <string_view>

#include "controller/store/database.hpp"
#include "controller/store/instances.hpp"
#include "platform/base/expected.hpp"

namespace fleet {

struct Admission {
    policy::InstanceId instance;
    std::string credential_hash;  // hex
    bool enrolled = false;        // let in just now: is to be told the controller's key
    std::string key_pem;          // then: the one its token names; empty: the key in use
    std::string pinned_key;       // id of the key that it has pinned; empty: not known
};

struct AdmissionRefusal {
    int status = 401;
    std::string code;
    std::string detail;  // for people
};

/// SHA-256 (hex) of what the header shows, whatever it is.
std::string ShownHash(std::string_view authorization);

/// `authorization` and `new_credential` as the handshake's headers hold them.
/// `key_in_use` is the id of the key that signs here when nothing else is known; `controller` as records name it.
platform::Expected<Admission, AdmissionRefusal> Admit(store::Database& database, std::string_view authorization,
                                                      std::string_view new_credential, const std::string& key_in_use,
                                                      const std::string& controller);

}  // namespace fleet
