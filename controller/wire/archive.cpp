#include "controller/wire/archive.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "controller/wire/audit_chain.hpp"
#include "controller/wire/tar.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::string_view kArchiveFormat = "portcullis-archive/1";
/// Keeps a signature over an index from being one over anything else this key signs.
constexpr std::string_view kIndexPrefix = "portcullis-archive-v1\n";
constexpr std::string_view kIndexName = "index.json";
constexpr std::string_view kSumsName = "SHA256SUMS";
constexpr std::string_view kAuditName = "audit.jsonl";
constexpr std::size_t kLongestPath = 90;  // fits ustar's name field whatever the release's id
constexpr platform::DocumentLimits kIndexLimits{.max_bytes = 16 * 1024 * 1024, .max_depth = 8, .max_nodes = 200'000};

/// Parts that are ids, separated by '/': no way to leave the folder, nothing a shell or a screen could stumble over.
bool IsArchivePath(std::string_view path) {
    if (path.empty() || path.size() > kLongestPath) {
        return false;
    }
    const auto parts = platform::Split(path, '/');
    return std::all_of(parts.begin(), parts.end(),
                       [](std::string_view part) { return platform::IsIdText(part, kLongestPath); });
}

struct IndexFile {
    std::uint64_t size = 0;
    std::string sha256;
};

Json IndexFields(std::string_view release, policy::Time at, std::string_view key_id,
                 const std::vector<ArchiveEntry>& entries) {
    Json files = Json::array();
    for (const ArchiveEntry& entry : entries) {
        files.push_back(
            {{"path", entry.path}, {"size", entry.bytes.size()}, {"sha256", platform::Sha256Hex(entry.bytes)}});
    }
    return {{"format", kArchiveFormat},
            {"release", release},
            {"created_at", platform::FormatTime(at)},
            {"key_id", key_id},
            {"files", std::move(files)}};
}

std::string IndexMessage(const Json& without_signature) {
    return std::string(kIndexPrefix) + platform::CanonicalJson(without_signature);
}

std::string SumsOf(const std::vector<ArchiveEntry>& entries) {
    std::string sums;
    for (const ArchiveEntry& entry : entries) {
        sums += platform::Sha256Hex(entry.bytes) + "  " + entry.path + "\n";
    }
    return sums;
}

/// The bundle's files in the order they are written, names with the release's folder.
std::vector<ArchiveEntry> TarFiles(const std::string& release, std::string index,
                                   const std::vector<ArchiveEntry>& entries) {
    std::vector<ArchiveEntry> files;
    files.reserve(entries.size() + 2);
    files.push_back({release + "/" + std::string(kIndexName), std::move(index)});
    files.push_back({release + "/" + std::string(kSumsName), SumsOf(entries)});
    for (const ArchiveEntry& entry : entries) {
        files.push_back({release + "/" + entry.path, entry.bytes});
    }
    return files;
}

/// Verification as a list of what is wrong; each step adds to it and says whether the next can be made.
class ArchiveVerifier {
public:
    ArchiveVerifier(std::string_view tar, const platform::VerifyingKeys& keys) : tar_(tar), keys_(keys) {}

    ArchiveReport Run() {
        if (ReadFiles() && ReadIndex()) {
            CompareFiles();
            CompareBytes();
            VerifyAudit();
        }
        report_.valid = report_.problems.empty();
        if (report_.valid) {
            report_.files = std::move(entries_);
        }
        return std::move(report_);
    }

private:
    bool Fail(std::string path, std::string message) {
        report_.problems.push_back({std::move(path), std::move(message)});
        return false;
    }

    /// Splits the tar into the folder, the index, the sums and the entries.
    bool ReadFiles() {
        auto files = ReadTar(tar_);
        if (!files) {
            return Fail("", files.error());
        }
        if (files->empty()) {
            return Fail("", "is empty");
        }
        const std::string& first = files->front().path;
        folder_ = first.substr(0, first.find('/'));
        if (!policy::ReleaseId::Parse(folder_) || first != folder_ + "/" + std::string(kIndexName)) {
            return Fail("", "does not begin with <release>/" + std::string(kIndexName));
        }
        std::map<std::string, int> seen;
        for (ArchiveEntry& file : *files) {
            const std::string path =
                file.path.rfind(folder_ + "/", 0) == 0 ? file.path.substr(folder_.size() + 1) : std::string();
            if (!IsArchivePath(path)) {
                Fail(platform::EscapeForLog(file.path), "has a path that no bundle has");
            } else if (++seen[path] > 1) {
                Fail(path, "is in the bundle twice");
            } else if (path == kIndexName) {
                index_ = std::move(file.bytes);
            } else if (path == kSumsName) {
                sums_ = std::move(file.bytes);
            } else {
                entries_.push_back({path, std::move(file.bytes)});
            }
        }
        return true;
    }

    bool ReadIndex() {
        auto json = platform::ParseJson(index_, kIndexLimits);
        platform::FieldErrors errors;
        if (!json || !json->is_object()) {
            return Fail(std::string(kIndexName), "is no JSON object");
        }
        platform::ObjectReader in(*json, "", errors);
        const std::string format = in.Text("format");
        const std::string release = in.Text("release");
        const std::string key_id = in.Text("key_id");
        const std::string signature = in.Text("signature");
        const policy::Time created_at = in.Instant("created_at");
        if (const Json* const files = in.Array("files", 100'000)) {
            for (const Json& file : *files) {
                platform::ObjectReader item(file, in.PointerTo("files"), errors);
                const std::string path = item.Text("path");
                const auto size = static_cast<std::uint64_t>(item.Integer("size", 0, INT64_MAX));
                listed_[path] = {.size = size, .sha256 = item.Text("sha256")};
                item.Finish();
            }
        }
        in.Finish();
        if (!errors.empty() || format != kArchiveFormat) {
            return Fail(std::string(kIndexName), "is no index of the format " + std::string(kArchiveFormat));
        }
        const platform::VerifyingKey* key = keys_.Find(key_id);
        if (key == nullptr) {
            return Fail(std::string(kIndexName), "is signed by the key " + platform::QuoteForMessage(key_id) +
                                                     ", not by the one given (" + keys_.Names() + ")");
        }
        json->erase("signature");
        if (!key->Verify(IndexMessage(*json), signature)) {
            return Fail(std::string(kIndexName), "has a signature that does not fit: it was changed, or forged");
        }
        if (release != folder_) {
            return Fail(std::string(kIndexName), "is about release " + platform::QuoteForMessage(release) +
                                                     ", the folder is " + platform::QuoteForMessage(folder_));
        }
        report_.release = release;
        report_.created_at = created_at;
        return true;
    }

    void CompareFiles() {
        std::map<std::string, IndexFile> missing = listed_;
        for (const ArchiveEntry& entry : entries_) {
            const auto listed = listed_.find(entry.path);
            if (listed == listed_.end()) {
                Fail(entry.path, "is not in the index: it was added");
                continue;
            }
            missing.erase(entry.path);
            if (listed->second.size != entry.bytes.size() ||
                listed->second.sha256 != platform::Sha256Hex(entry.bytes)) {
                Fail(entry.path, "was changed: it does not have the size and SHA-256 that the index states");
            }
        }
        for (const auto& file : missing) {
            Fail(platform::EscapeForLog(file.first), "is missing");
        }
        if (report_.problems.empty() && sums_ != SumsOf(entries_)) {
            Fail(std::string(kSumsName), "does not list the files of the bundle");
        }
    }

    /// With every file as it should be, the bytes of the tar are known.
    void CompareBytes() {
        if (report_.problems.empty() && WriteTar(TarFiles(folder_, index_, entries_), *report_.created_at) != tar_) {
            Fail("", "is not byte for byte the bundle that was written: order, header fields or padding differ");
        }
    }

    void VerifyAudit() {
        const auto audit = std::find_if(entries_.begin(), entries_.end(),
                                        [](const ArchiveEntry& entry) { return entry.path == kAuditName; });
        if (audit == entries_.end()) {
            return;
        }
        std::istringstream in(audit->bytes);
        const AuditReport report = VerifyAuditExport(in, keys_);
        for (const AuditProblem& problem : report.problems) {
            Fail(std::string(kAuditName), "line " + std::to_string(problem.line) + ": " + problem.message);
        }
        if (report.valid && report.release != folder_) {
            Fail(std::string(kAuditName), "is no slice of the audit log for this release");
        }
    }

    std::string_view tar_;
    const platform::VerifyingKeys& keys_;
    ArchiveReport report_;
    std::string folder_;
    std::string index_;
    std::string sums_;
    std::vector<ArchiveEntry> entries_;
    std::map<std::string, IndexFile> listed_;
};

}  // namespace

std::string BuildArchive(std::string_view release, std::vector<ArchiveEntry> entries, policy::Time at,
                         const platform::SigningKey& key) {
    PORTCULLIS_INVARIANT(policy::ReleaseId::Parse(release).has_value(), "an archive belongs to a release");
    std::sort(entries.begin(), entries.end(),
              [](const ArchiveEntry& a, const ArchiveEntry& b) { return a.path < b.path; });
    std::size_t total = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string& path = entries[i].path;
        PORTCULLIS_INVARIANT(IsArchivePath(path), "a path in an archive is made of ids");
        PORTCULLIS_INVARIANT(path != kIndexName && path != kSumsName, "the archive writes its index and sums itself");
        PORTCULLIS_INVARIANT(i == 0 || entries[i - 1].path != path, "a path is in an archive once");
        total += entries[i].bytes.size();
    }
    PORTCULLIS_INVARIANT(total <= kLargestArchive, "an archive has at most 256 MiB");
    Json index = IndexFields(release, at, key.KeyId(), entries);
    index["signature"] = key.Sign(IndexMessage(index));
    return WriteTar(TarFiles(std::string(release), platform::CanonicalJson(index) + "\n", entries), at);
}

ArchiveReport VerifyArchive(std::string_view tar, const platform::VerifyingKeys& keys) {
    return ArchiveVerifier(tar, keys).Run();
}

}  // namespace wire
