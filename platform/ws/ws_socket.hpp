// A TCP socket that tells its session when Beast begins to take it down.
//
// Beast ends a connection by saying goodbye and then reading until the peer hangs up, for ever if the peer does not.
// This is where the session learns of it and sets a limit; Beast finds the functions below by the type of the socket.
//
// Internal to platform/ws. Not thread safe: it belongs to its session.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <utility>

#include "platform/ws/session.hpp"

namespace platform {

/// Of the loop's own kind of executor: one that could be any is counted and asked at every step.
using PlainSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class WsSocket : public PlainSocket {
public:
    using PlainSocket::PlainSocket;

    Session* owner = nullptr;
};

template <typename Handler>
void async_teardown(boost::beast::role_type role, WsSocket& socket, Handler&& handler) {
    socket.owner->OnTeardown();
    boost::beast::websocket::async_teardown(role, static_cast<PlainSocket&>(socket), std::forward<Handler>(handler));
}

}  // namespace platform
