// Feeds a fuzz program its corpus, and what lies close to it, without libFuzzer: every prefix, every byte changed in a
// few ways, every byte doubled. The same inputs at every run, so a failure is a failing test and not a matter of luck.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// Long corpus entries get their near misses at every n-th place only: the work is quadratic.
constexpr std::size_t kPlaces = 600;

std::size_t g_inputs = 0;

void Feed(const std::string& input) {
    ++g_inputs;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void FeedWithNearMisses(const std::string& input) {
    Feed(input);
    const std::size_t step = input.size() / kPlaces + 1;
    for (std::size_t at = 0; at < input.size(); at += step) {
        Feed(input.substr(0, at));
        Feed(input.substr(at));
        for (const unsigned flip : {0x01U, 0x20U, 0x80U, 0xffU}) {
            std::string changed = input;
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ flip);
            Feed(changed);
        }
        Feed(input.substr(0, at) + '\0' + input.substr(at));
        Feed(input.substr(0, at + 1) + input.substr(at));
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            FeedWithNearMisses({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
            ++files;
        }
    }
    std::printf("%zu inputs from %zu files\n", g_inputs, files);
    return files == 0 ? 1 : 0;  // nothing tried is a failure
}
