// What the plain and the TLS client have in common (see client_session.hpp).
//
// Internal to platform/ws: included by two files.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/ws/beast_session.hpp"
#include "platform/ws/client_session.hpp"

namespace platform {

template <typename NextLayer>
class BeastClient : public BeastSession<NextLayer> {
public:
    template <typename... Arguments>
    BeastClient(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group, Dial dial,
                std::shared_ptr<DialFailure> failure, Arguments&&... stream)
        : BeastSession<NextLayer>(std::tuple(loop, std::move(group)), dial.host, nullptr, nullptr,
                                  std::forward<Arguments>(stream)...),
          dial_(std::move(dial)),
          failure_(std::move(failure)),
          resolver_(loop->Context()) {}

protected:
    using Error = boost::beast::error_code;
    using Tcp = boost::asio::ip::tcp;

    /// Connected; ends in Upgrade or Fail.
    virtual void Secure() = 0;

    void StartHandshake() override {
        resolver_.async_resolve(
            dial_.host, dial_.port,
            [self = this->template Self<BeastClient>()](Error error, const Tcp::resolver::results_type& found) {
                self->AfterResolve(error, found);
            });
    }
    void CloseSocket() override {
        resolver_.cancel();
        BeastSession<NextLayer>::CloseSocket();
    }

    void Upgrade() {
        namespace beast_http = boost::beast::http;
        namespace websocket = boost::beast::websocket;
        this->stream_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
            request.set(beast_http::field::user_agent, "portcullis");
            for (const auto& [name, value] : dial_.headers) {
                request.insert({name.data(), name.size()}, {value.data(), value.size()});
            }
        }));
        this->stream_.async_handshake(
            answer_, dial_.host_header, dial_.target,
            [self = this->template Self<BeastClient>()](Error error) { self->AfterUpgrade(error); });
    }
    void Fail(WsError::Kind kind, std::string message) {
        failure_->error = WsError{.kind = kind, .message = std::move(message)};
        this->OnHandshake(false);
    }
    const Dial& Target() const {
        return dial_;
    }

private:
    void AfterResolve(Error error, const Tcp::resolver::results_type& found) {
        if (error || this->IsCut()) {
            return Fail(WsError::Kind::kUnreachable, "The host " + QuoteForMessage(dial_.host) + " of " +
                                                         dial_.display_name + " was not found: " + error.message() +
                                                         ".");
        }
        boost::asio::async_connect(
            this->Socket(), found,
            [self = this->template Self<BeastClient>()](Error why, const Tcp::endpoint&) { self->AfterConnect(why); });
    }
    void AfterConnect(Error error) {
        if (error || this->IsCut()) {
            return Fail(WsError::Kind::kUnreachable, dial_.display_name + " cannot be reached: " + error.message() +
                                                         ". Check the address, and that the server is running.");
        }
        Error ignored;
        this->Socket().set_option(Tcp::no_delay(true), ignored);
        Secure();
    }
    void AfterUpgrade(Error error) {
        namespace websocket = boost::beast::websocket;
        if (!error) {
            answer_ = {};
            return this->OnHandshake(true);
        }
        if (error != websocket::error::upgrade_declined) {
            return Fail(WsError::Kind::kUnreachable,
                        dial_.display_name + " did not open a WebSocket: " + error.message() + ".");
        }
        constexpr std::size_t kMostBody = 64 * 1024;
        const std::string body = answer_.body().substr(0, kMostBody);
        failure_->error = WsError{.kind = WsError::Kind::kRefused,
                                  .message = dial_.display_name + " answered " + std::to_string(answer_.result_int()) +
                                             " instead of opening a WebSocket" +
                                             (body.empty() ? "." : ": " + QuoteForMessage(body) + "."),
                                  .status = static_cast<int>(answer_.result_int()),
                                  .body = body};
        this->OnHandshake(false);
    }

    const Dial dial_;
    const std::shared_ptr<DialFailure> failure_;
    Tcp::resolver resolver_;
    boost::beast::websocket::response_type answer_;
};

}  // namespace platform
