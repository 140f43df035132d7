// What the lines of a hand-written memo's parts say (MEM-7): boxes, people, dates, risks, decisions, each put where it
// belongs in a ParsedMemo. Which part a line belongs to is memo_parse.cpp's to find out.
//
// What cannot be read is kept as an UnreadPart and ends nothing. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_labels.hpp"
#include "controller/render/memo_lines.hpp"
#include "controller/render/memo_parse.hpp"

namespace render {

class MemoContent {
public:
    explicit MemoContent(const MemoLimits& limits) : limits_(limits) {}

    /// A line of a part. False when it said nothing for it: the part goes on.
    bool Read(MemoPart part, const MemoLine& line);
    /// A signature or approval with its date on a line of its own: whether `line` was that.
    bool TakesDateOfPerson(MemoPart part, const MemoLine& line);
    void AddPerson(std::vector<ParsedPerson>& people, const std::string& text, int line);

    ParsedMemo& Memo() {
        return memo_;
    }
    const ParsedMemo& Memo() const {
        return memo_;
    }

private:
    void LeaveUnfilled(MemoPart part, int line);
    void SetOnce(ParsedText& place, std::string_view text, int line);
    ParsedDate DateIn(const std::string& text, int line);
    void ReadMemoDate(const MemoLine& line);
    void ReadDecisionLine(const MemoLine& line);
    void ReadBox(const MemoLine& line);
    void ReadRisk(const MemoLine& line);
    void AddWords(std::vector<ParsedText>& words, const MemoLine& line);
    void AddStays(const std::string& text, int line);
    void AddBadDates(const std::vector<FoundDate>& dates, int line);
    void AddUnread(std::string_view problem, std::string_view text, int line);

    MemoLimits limits_;
    ParsedMemo memo_;
    std::size_t box_indent_ = 0;
    std::size_t risk_indent_ = 0;
    bool risk_is_bullet_ = false;
};

}  // namespace render
