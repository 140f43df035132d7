// Decision memos as documents, in the order and with the labels of the specification's template (section 9).
//
// Deterministic to the byte: the same memo, format and templates give the same text. Whatever titles, notes and names
// hold, it is shown as text in its place (controller/render/escape.hpp). A memo rendered as Markdown or text reads back
// through ParseMemo (controller/render/memo_parse.hpp). Thread safe.
#pragma once

#include <string>

#include "controller/policy/memo_document.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

std::string RenderMemo(const policy::MemoDocument& memo, Format format,
                       const Templates& templates = Templates::BuiltIn());

}  // namespace render
