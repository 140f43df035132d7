// The half of a session that speaks Boost.Beast, for any stream below the WebSocket (a TCP socket, TLS over one).
//
// Internal to platform/ws: included by the few files that pay for compiling Beast. No compression: it costs memory per
// connection, and invites guessing secrets by size.
#pragma once

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "platform/ws/io_loop.hpp"
#include "platform/ws/session.hpp"
#include "platform/ws/ws_socket.hpp"

namespace platform {

template <typename NextLayer>
class BeastSession : public Session {
public:
    using Stream = boost::beast::websocket::stream<NextLayer, false>;

protected:
    template <typename... Arguments>
    explicit BeastSession(std::tuple<std::shared_ptr<IoLoop>, std::shared_ptr<SessionGroup>> where, std::string peer,
                          std::shared_ptr<void> context, std::shared_ptr<void> place, Arguments&&... stream)
        : Session(std::get<0>(where), std::get<1>(where), std::move(peer), std::move(context), std::move(place)),
          stream_(std::forward<Arguments>(stream)...) {
        Socket().owner = this;
        stream_.auto_fragment(false);  // a message is one frame, sent from where it lies
        stream_.read_message_max(Limits().max_message_bytes);
        stream_.control_callback(
            [this](boost::beast::websocket::frame_type, boost::beast::string_view) { OnSignOfLife(); });
    }

    void StartRead() override {
        stream_.async_read(buffer_, [self = this->template Self<BeastSession>()](Error error, std::size_t) {
            self->AfterRead(error);
        });
    }
    void StartWrite(const std::string& text) override {
        stream_.text(true);
        stream_.async_write(boost::asio::buffer(text), [self = this->template Self<BeastSession>()](
                                                           Error error, std::size_t) { self->OnWrite(!error); });
    }
    void StartPing() override {
        stream_.async_ping({}, [self = this->template Self<BeastSession>()](Error error) { self->OnPing(!error); });
    }
    void StartClose(std::uint16_t code, std::string_view reason) override {
        const boost::beast::websocket::close_reason why(static_cast<boost::beast::websocket::close_code>(code),
                                                        boost::beast::string_view(reason.data(), reason.size()));
        stream_.async_close(why,
                            [self = this->template Self<BeastSession>()](Error error) { self->AfterClose(error); });
    }
    bool IsWritable() override {
        pollfd watched{Socket().native_handle(), POLLOUT, 0};
        return ::poll(&watched, 1, 0) == 1 && (watched.revents & (POLLERR | POLLHUP)) == 0;
    }
    void CloseSocket() override {
        Error ignored;
        Socket().close(ignored);
    }

    WsSocket& Socket() {
        return boost::beast::get_lowest_layer(stream_);
    }

    using Error = boost::beast::error_code;

    Stream stream_;

private:
    static constexpr std::size_t kKeptBufferCapacity = 4 * 1024;

    void AfterRead(Error error) {
        if (error) {
            return OnReadEnd(WhyReadEnded(error));
        }
        const auto data = buffer_.cdata();
        OnMessage({static_cast<const char*>(data.data()), data.size()}, stream_.got_text());
        buffer_.consume(buffer_.size());
        if (buffer_.capacity() > kKeptBufferCapacity) {
            buffer_.shrink_to_fit();  // an idle connection must not sit on the largest message it ever sent
        }
        if (SaidGoodbye()) {
            // The goodbye reads for itself until the peer has said its own. Beast 1.74 would have the two wait for each
            // other for ever: a read that finds the peer's goodbye in its buffer lets the control callback wait for
            // its turn, and ours does not see yet that there was one.
            read_parked_ = true;
            return;
        }
        StartRead();
    }

    void AfterClose(Error error) {
        OnClose();
        if (read_parked_) {
            OnReadEnd(WhyReadEnded(error ? error : Error(boost::beast::websocket::error::closed)));
        }
    }

    WsClosed WhyReadEnded(Error error) {
        namespace websocket = boost::beast::websocket;
        if (error == websocket::error::closed) {
            const auto& reason = stream_.reason();
            const std::uint16_t code = reason.code == websocket::close_code::none ? ws_code::kNoCode : reason.code;
            return {
                .code = code, .reason = std::string(reason.reason.data(), reason.reason.size()), .end = WsEnd::kByPeer};
        }
        if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
            return {.code = ws_code::kTooBig, .reason = "a message is too long", .end = WsEnd::kBrokenRules};
        }
        if (error == websocket::error::bad_frame_payload) {
            return {.code = ws_code::kNotUtf8, .reason = "a message is not UTF-8", .end = WsEnd::kBrokenRules};
        }
        if (error == websocket::condition::protocol_violation) {
            return {.code = ws_code::kProtocolError, .reason = error.message(), .end = WsEnd::kBrokenRules};
        }
        return {.code = ws_code::kNoGoodbye, .reason = error.message(), .end = WsEnd::kLost};
    }

    boost::beast::flat_buffer buffer_;
    bool read_parked_ = false;  // no read will be started any more
};

}  // namespace platform
