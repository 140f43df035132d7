#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <stdexcept>

#include "platform/ws/beast_client.hpp"

namespace platform {

using TlsStream = boost::asio::ssl::stream<WsSocket>;

// As for the plain socket (ws_socket.hpp).
template <typename Handler>
void async_teardown(boost::beast::role_type role, TlsStream& stream, Handler&& handler) {
    stream.next_layer().owner->OnTeardown();
    boost::beast::async_teardown(role, stream, std::forward<Handler>(handler));
}

namespace {

namespace ssl = boost::asio::ssl;

class TlsClient final : public BeastClient<TlsStream> {
public:
    TlsClient(const std::shared_ptr<IoLoop>& loop, std::shared_ptr<SessionGroup> group, Dial dial,
              std::shared_ptr<DialFailure> failure, const std::shared_ptr<ssl::context>& context)
        : BeastClient(loop, std::move(group), std::move(dial), std::move(failure), loop->Context(), *context),
          context_(context) {}

private:
    void Secure() override {
        TlsStream& tls = stream_.next_layer();
        Error error;
        tls.set_verify_callback(ssl::host_name_verification(Target().host), error);
        // The server may have several certificates; names are for that, addresses are not.
        boost::asio::ip::make_address(Target().host, error);
        if (error) {
            SSL_set_tlsext_host_name(tls.native_handle(), Target().host.c_str());
        }
        tls.async_handshake(ssl::stream_base::client, [self = Self<TlsClient>()](Error why) { self->AfterTls(why); });
    }
    void AfterTls(Error error) {
        if (error || IsCut()) {
            return Fail(WsError::Kind::kUntrusted,
                        "No safe connection to " + Target().display_name + ": " + error.message() +
                            ". If its certificate comes from an authority of your own, name that authority's file.");
        }
        Upgrade();
    }

    const std::shared_ptr<ssl::context> context_;  // its connections need it
};

}  // namespace

std::shared_ptr<Session> MakeTlsClientSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                              Dial dial, std::shared_ptr<DialFailure> failure) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context->set_verify_mode(ssl::verify_peer);
    boost::beast::error_code error;
    if (dial.ca_file.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(dial.ca_file, error);
    }
    if (error) {
        throw std::runtime_error("The authorities in " +
                                 (dial.ca_file.empty() ? "the system's folder" : QuoteForMessage(dial.ca_file)) +
                                 " cannot be read: " + error.message() + ". A file of PEM certificates is needed.");
    }
    return std::make_shared<TlsClient>(loop, std::move(group), std::move(dial), std::move(failure), context);
}

}  // namespace platform
