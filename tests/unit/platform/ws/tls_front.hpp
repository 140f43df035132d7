// Ends TLS in front of a plain port, as a reverse proxy does; and the authority and certificates for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace ws_test {

/// Makes `name`.pem and `name`.key in `folder`: a certificate for that subject (IP:127.0.0.1, DNS:example.test) which
/// is its own authority. Throws when the openssl program fails.
std::filesystem::path MakeCertificate(const std::filesystem::path& folder, const std::string& name,
                                      const std::string& subject);

class TlsFront {
public:
    TlsFront(const std::filesystem::path& certificate, std::uint16_t plain_port);
    ~TlsFront();
    std::uint16_t Port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ws_test
