// HTML documents as PDF, by a converter the machine has: weasyprint, wkhtmltopdf or chromium, in that order.
//
// The converter is started without a shell, in a private temporary folder that is removed afterwards, with a small
// fixed environment, none of our descriptors, a time limit and a size limit; when the limit passes, it and all it
// started is killed. Our documents hold no link to anything, so it has nothing to fetch. Blocks for as long as the
// conversion takes: do not call on a thread that serves requests in turn. Thread safe. Errors are values: `message` is
// for people, `detail` (what the converter wrote) for the log.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace render {

enum class PdfProgram : std::uint8_t { kWeasyprint, kWkhtmltopdf, kChromium };

struct PdfConverter {
    PdfProgram program = PdfProgram::kWeasyprint;
    std::string path;
};

struct PdfOptions {
    std::string search_path = "/usr/local/bin:/usr/bin:/bin";
    std::string temporary_directory = "/tmp";
    std::chrono::milliseconds time_limit{30'000};
    std::size_t max_bytes = std::size_t{32} * 1024 * 1024;
};

enum class PdfFailure : std::uint8_t { kNoConverter, kTimedOut, kTooLarge, kFailed };

struct PdfError {
    PdfFailure failure = PdfFailure::kFailed;
    std::string message;
    std::string detail;
};

/// The first that is installed.
std::optional<PdfConverter> FindPdfConverter(const std::string& search_path);

/// The bytes of the PDF. Not the same bytes every time: converters write the hour into it.
platform::Expected<std::string, PdfError> ConvertToPdf(std::string_view html, const PdfOptions& options = {});

}  // namespace render
