// Loaded into a program by LD_PRELOAD, it makes scrypt cheap: the cost that is written beside a key is divided before
// it is paid, at making and at checking alike. The form, the salt and every comparison stay what they are; the real
// cost has its tests in tests/pulse/password_test.cpp. Most of what tests of pulsed spend would else be this one
// function.
#include <dlfcn.h>

#include <cstddef>
#include <cstdint>

// NOLINTNEXTLINE(readability-identifier-naming): the function that it stands for.
extern "C" int EVP_PBE_scrypt(const char* password, std::size_t password_length, const unsigned char* salt,
                              std::size_t salt_length, std::uint64_t, std::uint64_t r, std::uint64_t,
                              std::uint64_t max_memory, unsigned char* key, std::size_t key_length) {
    using Function = int (*)(const char*, std::size_t, const unsigned char*, std::size_t, std::uint64_t, std::uint64_t,
                             std::uint64_t, std::uint64_t, unsigned char*, std::size_t);
    static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "EVP_PBE_scrypt"));
    return real(password, password_length, salt, salt_length, 16, r, 1, max_memory, key, key_length);
}
