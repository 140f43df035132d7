// How an instance takes the next key of its controller, and makes itself another credential.
//
// A hand-over counts only when the pinned key has signed it: nobody else can name the next key, and a hand-over of a
// key that is not pinned any more is no more than the word of a stranger. The one it was pinned by is answered again.
//
// The successor of the credential lies in `channel-credential.successor` (mode 0600) from before the controller hears
// of it until the controller has let the instance in with it: killed anywhere in between, the instance has the one
// credential or the other that is good.
//
// Judging is pure. Errors are values, with messages for people. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/rotation.hpp"

namespace tenancy::link {

struct HandoverJudgement {
    wire::KeyOutcome outcome = wire::KeyOutcome::kMalformed;
    std::string reason;
    std::string next_pem;  // when it is to be pinned; empty with kPinned: it is already
};
HandoverJudgement JudgeHandover(const std::optional<platform::VerifyingKey>& pinned, std::string_view statement,
                                std::string_view signature);

class SuccessorCredential {
public:
    explicit SuccessorCredential(std::string folder) : folder_(std::move(folder)) {}

    /// The one that waits to be used; empty when there is none.
    platform::Expected<std::optional<std::string>, std::string> Kept() const;
    /// That, or a new one, which is on the disk when this returns.
    platform::Expected<std::string, std::string> Make() const;
    /// The controller has let the instance in with it: it takes the place of the one before.
    platform::Expected<void, std::string> Adopt() const;
    /// It is worth nothing: the next request makes another.
    void Drop() const;

private:
    std::string Path() const {
        return folder_ + "/channel-credential.successor";
    }
    std::string CurrentPath() const {
        return folder_ + "/channel-credential";
    }

    std::string folder_;
};

}  // namespace tenancy::link
