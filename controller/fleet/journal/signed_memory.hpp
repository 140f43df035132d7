// What a controller remembers on its own disk of what the database said, for the time when the database says nothing:
// one small text in one file (mode 0600), under this controller's signature. A file that was changed, that is half
// written or that another controller made counts as none.
//
// The signature is over what the text is for as well, so that one memory cannot stand for another.
// Errors are texts for the log. Thread safe but for two writers of one path.
#pragma once

#include <optional>
#include <string>

#include "platform/base/expected.hpp"
#include "platform/crypto/crypto.hpp"

namespace fleet {

class SignedMemory {
public:
    /// `purpose`: a word. The key must outlive this.
    SignedMemory(std::string path, std::string purpose, const platform::SigningKey& key);

    /// None when there is none. Of a file that does not count the error says why.
    platform::Expected<std::optional<std::string>, std::string> Load() const;
    /// On the disk when this returns without an error. When it cannot be written the old one is taken away, because it
    /// may know somebody who must not be known any more.
    platform::Expected<void, std::string> Save(const std::string& text) const;

private:
    std::string Signed(const std::string& text) const;

    const std::string path_;
    const std::string purpose_;
    const platform::SigningKey& key_;
};

}  // namespace fleet
