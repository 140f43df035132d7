#include "controller/render/archive_index.hpp"

#include "controller/render/sheet.hpp"

namespace render {

std::string RenderArchiveIndex(const ArchiveIndex& index, const Templates& templates) {
    Sheet sheet(Format::kMarkdown);
    sheet.Line("RELEASE", index.release.Text());
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", index.title);
    sheet.Line("CLASS", index.classification ? ClassLabel(*index.classification) : "not classified");
    sheet.LineIfAny("STATE_GIVEN", "STATE", index.state);
    sheet.Line("EXPORTED", MinuteText(index.exported_at) + " by " + index.exported_by);
    sheet.LineIfAny("PRODUCT_GIVEN", "PRODUCT", index.product_version);
    if (index.simulated_clock) {
        sheet.Show("SIMULATED");
    }
    for (const ArchiveFile& file : index.files) {
        Sheet row = sheet.Row("FILE");
        row.Line("PATH", file.path);
        row.Line("WHAT", file.what);
        row.Number("BYTES", static_cast<long long>(file.bytes));
        row.Line("SHA256", file.sha256);
    }
    if (!index.verification.empty()) {
        Sheet part = sheet.Row("VERIFICATION");
        for (const std::string& command : index.verification) {
            part.Row("COMMAND").Code("TEXT", command);
        }
    }
    return sheet.Render("archive", templates);
}

}  // namespace render
