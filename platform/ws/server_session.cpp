#include "platform/ws/server_session.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "platform/ws/beast_session.hpp"

namespace platform {

namespace {

namespace beast_http = boost::beast::http;
using boost::asio::ip::tcp;

boost::beast::string_view ToBoost(std::string_view text) {
    return {text.data(), text.size()};
}

class ServerSession final : public BeastSession<WsSocket> {
public:
    ServerSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group, UpgradedConnection& connection,
                  std::shared_ptr<void> context, HeaderList answer_headers, std::shared_ptr<void> place)
        : BeastSession(std::tuple(loop, std::move(group)), connection.request.peer, std::move(context),
                       std::move(place), loop->Context()),
          request_(std::make_unique<HttpRequest>(std::move(connection.request))),
          answer_headers_(std::move(answer_headers)) {
        // To Asio the two families of TCP differ in addresses only, and nobody asks this socket for one.
        Socket().assign(tcp::v4(), connection.socket.Get());
        connection.socket.Release();
    }

private:
    // CheckUpgrade has passed the request; only what the answer is computed from goes to Beast.
    void StartHandshake() override {
        beast_http::request<beast_http::empty_body> request(beast_http::verb::get, "/", 11);
        request.set(beast_http::field::host, "-");
        request.set(beast_http::field::connection, "upgrade");
        request.set(beast_http::field::upgrade, "websocket");
        request.set(beast_http::field::sec_websocket_version, "13");
        request.set(beast_http::field::sec_websocket_key, ToBoost(request_->Header("sec-websocket-key")));
        request_.reset();
        stream_.set_option(boost::beast::websocket::stream_base::decorator(
            [headers = std::move(answer_headers_)](boost::beast::websocket::response_type& response) {
                response.set(beast_http::field::server, "portcullis");
                for (const auto& [name, value] : headers) {
                    response.insert(ToBoost(name), ToBoost(value));
                }
            }));
        stream_.async_accept(request, [self = Self<ServerSession>()](Error error) { self->OnHandshake(!error); });
    }

    std::unique_ptr<HttpRequest> request_;  // until the handshake
    HeaderList answer_headers_;
};

}  // namespace

std::shared_ptr<Session> MakeServerSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                           UpgradedConnection connection, std::shared_ptr<void> context,
                                           HeaderList answer_headers, std::shared_ptr<void> place) {
    return std::make_shared<ServerSession>(std::move(loop), std::move(group), connection, std::move(context),
                                           std::move(answer_headers), std::move(place));
}

}  // namespace platform
