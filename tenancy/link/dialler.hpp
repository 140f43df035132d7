// Getting in: one attempt to open the channel, with the credential, with its successor, or with an enrolment token that
// is exchanged for a new one. channel.hpp says what an instance may rely on.
//
// One thread; what it opens is received on the socket's, into the mailbox.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "platform/httpd/server.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/link/channel.hpp"
#include "tenancy/link/credential.hpp"
#include "tenancy/link/mailbox.hpp"
#include "tenancy/link/rotation.hpp"
#include "tenancy/wire/rotation.hpp"

namespace tenancy::link {

class Dialler {
public:
    /// All must outlive it.
    Dialler(const ChannelOptions& options, ControlLink& link, std::shared_ptr<Mailbox> mailbox);

    /// One attempt at the controller whose turn it is; what became of it has been told.
    std::optional<platform::WsClient> Dial();
    /// The next attempt is at the next one: it serves the instance as well.
    void NextController() {
        turn_ = (turn_ + 1) % urls_.size();
    }
    std::size_t Controllers() const {
        return urls_.size();
    }

    /// The controller asks for another credential: what to answer.
    wire::NewCredential MakeSuccessor(const std::string& request) const;
    /// It knows one by this hash. True when that is ours: the next attempt is made with it, so come back.
    bool SuccessorRegistered(std::string_view hash);

private:
    std::optional<platform::WsClient> DialWithSuccessor();
    std::optional<platform::WsClient> Enrol(bool had_credential);
    platform::Expected<platform::WsClient, platform::WsError> Open(platform::HeaderList headers);
    /// The controller's first message to a new instance: its key, which must be the token's. Empty: all is well.
    std::string TakeWelcome(const EnrolmentToken& token);
    void Tell(ChannelEvent event, std::string_view detail) const {
        options_.on_event(event, detail);
    }

    const ChannelOptions& options_;
    const std::vector<std::string> urls_;
    std::size_t turn_ = 0;
    ControlLink& link_;
    const Credentials credentials_;
    const SuccessorCredential successor_;
    bool successor_registered_ = false;
    const std::shared_ptr<platform::WsThread> sockets_;
    const std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace tenancy::link
