#include "tests/unit/render/markdown_tree.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <memory>
#include <set>
#include <string_view>

namespace render_test {
namespace {

struct FreeNode {
    void operator()(cmark_node* node) const {
        cmark_node_free(node);
    }
};
using Tree = std::unique_ptr<cmark_node, FreeNode>;

Tree ParseWithExtensions(const std::string& markdown) {
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser* const parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (const char* name : {"table", "strikethrough", "autolink", "tagfilter", "tasklist"}) {
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
    }
    cmark_parser_feed(parser, markdown.data(), markdown.size());
    Tree tree(cmark_parser_finish(parser));
    cmark_parser_free(parser);
    return tree;
}

/// Calls `visit` for each node on the way in.
template <typename Visit>
void Walk(cmark_node* root, Visit&& visit) {
    cmark_iter* const steps = cmark_iter_new(root);
    for (cmark_event_type event = cmark_iter_next(steps); event != CMARK_EVENT_DONE; event = cmark_iter_next(steps)) {
        if (event == CMARK_EVENT_ENTER) {
            visit(cmark_iter_get_node(steps));
        }
    }
    cmark_iter_free(steps);
}

/// GitHub makes a link of anything like a mail address, escaped or not; such a link only writes a mail.
bool IsMailLink(cmark_node* node) {
    return cmark_node_get_type(node) == CMARK_NODE_LINK &&
           std::string_view(cmark_node_get_url(node)).substr(0, 7) == "mailto:";
}

std::string Words(cmark_node* root) {
    std::string words;
    Walk(root, [&words](cmark_node* node) {
        if (cmark_node_get_type(node) == CMARK_NODE_TEXT) {
            words += cmark_node_get_literal(node);
        }
    });
    return words;
}

}  // namespace

MarkdownTree ReadMarkdown(const std::string& markdown) {
    const Tree tree = ParseWithExtensions(markdown);
    MarkdownTree read;
    Walk(tree.get(), [&read](cmark_node* node) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_DOCUMENT || IsMailLink(node)) {
            return;
        }
        ++read.nodes[cmark_node_get_type_string(node)];
        if (type == CMARK_NODE_HEADING) {
            read.headings.push_back(Words(node));
        }
    });
    return read;
}

std::string TextOfMarkdown(const std::string& markdown) {
    const Tree tree = ParseWithExtensions(markdown);
    std::string unexpected;
    Walk(tree.get(), [&unexpected](cmark_node* node) {
        static const std::set<std::string, std::less<>> plain{"document",    "paragraph", "text",
                                                              "block_quote", "list",      "item"};
        const std::string type = cmark_node_get_type_string(node);
        if (plain.count(type) == 0 && !IsMailLink(node)) {
            unexpected += " " + type;
        }
    });
    if (!unexpected.empty()) {
        return "[not only text:" + unexpected + "]";
    }
    // One list or quote at most: a second level would be markup made from the text.
    cmark_node* block = cmark_node_first_child(tree.get());
    for (int depth = 0; block != nullptr && cmark_node_get_type(block) != CMARK_NODE_PARAGRAPH; ++depth) {
        if (depth == 2 || cmark_node_next(block) != nullptr) {
            return "[nested blocks]";
        }
        block = cmark_node_first_child(block);
    }
    return Words(tree.get());
}

}  // namespace render_test
