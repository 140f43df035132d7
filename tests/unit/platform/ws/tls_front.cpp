#include "tests/unit/platform/ws/tls_front.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <thread>

#include "tests/support/process.hpp"

namespace ws_test {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

// Copies both ways until one side ends.
class Tunnel : public std::enable_shared_from_this<Tunnel> {
public:
    Tunnel(tcp::socket socket, asio::ssl::context& context, std::uint16_t plain_port)
        : tls_(std::move(socket), context), plain_(tls_.get_executor()), plain_port_(plain_port) {}

    void Begin() {
        tls_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](Error error) {
            if (error) {
                return;
            }
            self->plain_.connect({asio::ip::address_v4::loopback(), self->plain_port_}, error);
            if (!error) {
                self->Copy(self->tls_, self->plain_, self->inbound_);
                self->Copy(self->plain_, self->tls_, self->outbound_);
            }
        });
    }

private:
    using Buffer = std::array<char, 16 * 1024>;

    template <typename From, typename To>
    void Copy(From& from, To& to, Buffer& buffer) {
        from.async_read_some(asio::buffer(buffer), [&, self = shared_from_this()](Error error, std::size_t count) {
            if (error) {
                return self->End();
            }
            asio::async_write(to, asio::buffer(buffer.data(), count), [&, self](Error why, std::size_t) {
                if (why) {
                    return self->End();
                }
                self->Copy(from, to, buffer);
            });
        });
    }
    void End() {
        Error ignored;
        plain_.close(ignored);
        tls_.next_layer().close(ignored);
    }

    asio::ssl::stream<tcp::socket> tls_;
    tcp::socket plain_;
    const std::uint16_t plain_port_;
    Buffer inbound_{};
    Buffer outbound_{};
};

}  // namespace

std::filesystem::path MakeCertificate(const std::filesystem::path& folder, const std::string& name,
                                      const std::string& subject) {
    const auto certificate = folder / (name + ".pem");
    const auto run =
        support::RunToEnd({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                           "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=" + subject,
                           "-keyout", (folder / (name + ".key")).string(), "-out", certificate.string()});
    if (run.exit_code != 0) {
        throw std::runtime_error("openssl made no certificate: " + run.error);
    }
    return certificate;
}

struct TlsFront::Impl {
    Impl(const std::filesystem::path& certificate, std::uint16_t port) : plain_port(port) {
        tls.use_certificate_chain_file(certificate.string());
        tls.use_private_key_file(std::filesystem::path(certificate).replace_extension(".key").string(),
                                 asio::ssl::context::pem);
        Accept();
        thread = std::thread([this] { context.run(); });
    }
    ~Impl() {
        context.stop();
        thread.join();
    }

    void Accept() {
        acceptor.async_accept([this](Error error, tcp::socket socket) {
            if (!error) {
                std::make_shared<Tunnel>(std::move(socket), tls, plain_port)->Begin();
                Accept();
            }
        });
    }

    const std::uint16_t plain_port;
    asio::ssl::context tls{asio::ssl::context::tls_server};
    asio::io_context context{1};
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    std::thread thread;
};

TlsFront::TlsFront(const std::filesystem::path& certificate, std::uint16_t plain_port)
    : impl_(std::make_unique<Impl>(certificate, plain_port)) {}

TlsFront::~TlsFront() = default;

std::uint16_t TlsFront::Port() const {
    return impl_->acceptor.local_endpoint().port();
}

}  // namespace ws_test
