#include "platform/ws/beast_client.hpp"

namespace platform {

namespace {

class PlainClient final : public BeastClient<WsSocket> {
public:
    using BeastClient::BeastClient;

private:
    void Secure() override {
        Upgrade();
    }
};

}  // namespace

std::shared_ptr<Session> MakePlainClientSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                                Dial dial, std::shared_ptr<DialFailure> failure) {
    return std::make_shared<PlainClient>(loop, std::move(group), std::move(dial), std::move(failure), loop->Context());
}

}  // namespace platform
