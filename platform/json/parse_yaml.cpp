#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/pointer.hpp"
#include "platform/json/yaml_scalar.hpp"

namespace platform {
namespace {

constexpr std::size_t kLongestComplaint = 200;

/// What a document is while its events arrive. An alias is a second pointer to the same node, so hostile aliases cost
/// nothing until the whole is known to be small enough; the Json is built at the very end.
struct YamlNode {
    Json value;                                             // the scalar, or an empty array or object
    std::vector<YamlNode*> items;                           // of an array
    std::vector<std::pair<std::string, YamlNode*>> fields;  // of an object
    bool complete = false;                                  // false while we are inside it
    int height = 1;                                         // levels of containers, itself included; 0 for a scalar
    std::size_t expanded_nodes = 1;                         // with every alias written out
    std::size_t expanded_bytes = 0;                         // of text, likewise
};

/// Ends the parsing from inside an event; never leaves this file.
struct YamlRefusal {
    FieldError error;
};

std::string YamlPlace(const YAML::Mark& mark) {
    return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
}

/// The events arrive in document order. Depth is bounded here: the parser recurses once per level, and an exception
/// out of a start event keeps it from going deeper.
class YamlBuilder : public YAML::EventHandler {
public:
    explicit YamlBuilder(const DocumentLimits& limits) : limits_(limits) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (root_ != nullptr) {
            throw YamlRefusal{{"", "only one document is allowed; another starts at " + YamlPlace(mark)}};
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (AtKey()) {
            RefuseKey(mark, "null");
        }
        Scalar(mark, anchor, Json(nullptr));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        // "?" is a plain scalar without a tag, "!" is a quoted one (or one marked "! text", which means the same).
        const bool plain = tag == "?";
        if (!plain && tag != "!") {
            RefuseTag(mark, tag);
        }
        if (text.find('\0') != std::string::npos) {
            Refuse(mark, "text must not contain NUL (\\0)");
        }
        // The document is UTF-8, but the parser turns these two escapes into single Latin-1 bytes.
        if (!IsValidUtf8(text)) {
            Refuse(mark, "the escapes \\_ and \\N are not supported; write \\u00a0 or \\u0085");
        }
        if (AtKey()) {
            Key(mark, anchor, text, plain);
            return;
        }
        Expected<Json, std::string> value = plain ? ResolvePlainScalar(text) : Json(text);
        if (!value) {
            Refuse(mark, value.error());
        }
        text_bytes_ += text.size();
        Scalar(mark, anchor, std::move(*value));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (AtKey()) {
            Refuse(mark, "a field's name must be written out, not referred to with '*'");
        }
        YamlNode* const target = anchors_.at(anchor);
        if (!target->complete) {
            Refuse(mark, "an alias must not refer to what it is a part of");
        }
        if (static_cast<int>(frames_.size()) + target->height > limits_.max_depth) {
            RefuseDepth(mark);
        }
        nodes_ += target->expanded_nodes;
        alias_bytes_ += target->expanded_bytes;
        text_bytes_ += target->expanded_bytes;
        if (alias_bytes_ > limits_.max_bytes) {
            Refuse(mark, "the aliases stand for more than " + std::to_string(limits_.max_bytes) + " bytes of text");
        }
        CheckNodes(mark);
        Attach(target);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        Open(mark, tag, anchor, Json::array());
    }
    void OnSequenceEnd() override {
        Close();
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        Open(mark, tag, anchor, Json::object());
    }
    void OnMapEnd() override {
        Close();
    }

    /// Null when the text held no document.
    const YamlNode* Root() const {
        return root_;
    }
    std::string Here() const {
        std::string pointer;
        for (std::size_t i = 0; i < frames_.size(); ++i) {
            const Frame& frame = frames_[i];
            if (frame.node->value.is_array()) {
                const std::size_t count = frame.node->items.size();
                const bool innermost = i + 1 == frames_.size();
                pointer = PointerStep(std::move(pointer), innermost ? count : count - 1);
            } else if (frame.key) {
                pointer = PointerStep(std::move(pointer), std::string_view(*frame.key));
            }
        }
        return pointer;
    }

private:
    struct Frame {
        YamlNode* node;
        std::optional<std::string> key;  // the field read last, in an object
        bool at_key;                     // the next event is a field's name
        std::set<std::string> keys;
        std::size_t nodes_before;
        std::size_t bytes_before;
    };

    bool AtKey() const {
        return !frames_.empty() && frames_.back().at_key;
    }

    [[noreturn]] void Refuse(const YAML::Mark& mark, const std::string& message) const {
        throw YamlRefusal{{Here(), message + " (" + YamlPlace(mark) + ")"}};
    }
    [[noreturn]] void RefuseKey(const YAML::Mark& mark, const std::string& what) const {
        Refuse(mark, "a field's name must be text, not " + what + "; write it in quotes if it is text");
    }
    [[noreturn]] void RefuseTag(const YAML::Mark& mark, const std::string& tag) const {
        Refuse(mark, "tags such as " + QuoteForMessage(tag) + " are not allowed");
    }
    [[noreturn]] void RefuseDepth(const YAML::Mark& mark) const {
        Refuse(mark, "is nested more than " + std::to_string(limits_.max_depth) + " levels deep");
    }

    void CheckNodes(const YAML::Mark& mark) const {
        if (nodes_ > limits_.max_nodes) {
            Refuse(mark, "the document has more than " + std::to_string(limits_.max_nodes) + " values");
        }
    }

    YamlNode* NewNode(YAML::anchor_t anchor, Json value) {
        arena_.emplace_back();
        YamlNode* const node = &arena_.back();
        node->value = std::move(value);
        if (anchor != 0) {
            anchors_[anchor] = node;
        }
        return node;
    }

    void Attach(YamlNode* node) {
        if (frames_.empty()) {
            root_ = node;
            return;
        }
        Frame& frame = frames_.back();
        frame.node->height = std::max(frame.node->height, node->height + 1);
        if (frame.node->value.is_array()) {
            frame.node->items.push_back(node);
        } else {
            frame.node->fields.emplace_back(*frame.key, node);
            frame.at_key = true;
        }
    }

    void Key(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& text, bool plain) {
        if (plain) {
            const Expected<Json, std::string> meaning = ResolvePlainScalar(text);
            if (!meaning || !meaning->is_string()) {
                RefuseKey(mark, text);
            }
            if (text == "<<") {
                Refuse(mark, "merge keys ('<<') are not supported; write the fields out");
            }
        }
        Frame& frame = frames_.back();
        frame.key = text;
        if (!frame.keys.insert(text).second) {
            Refuse(mark, "is there twice; each field may appear once");
        }
        frame.at_key = false;
        text_bytes_ += text.size();
        if (anchor != 0) {
            YamlNode* const node = NewNode(anchor, Json(text));
            FinishScalar(*node, text.size());
        }
    }

    void Scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Json value) {
        ++nodes_;
        CheckNodes(mark);
        YamlNode* const node = NewNode(anchor, std::move(value));
        FinishScalar(*node, node->value.is_string() ? node->value.get_ref<const std::string&>().size() : 0);
        Attach(node);
    }

    static void FinishScalar(YamlNode& node, std::size_t bytes) {
        node.height = 0;
        node.complete = true;
        node.expanded_bytes = bytes;
    }

    void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json container) {
        if (AtKey()) {
            // The parser also takes a bracket that is never closed for the beginning of such a name.
            Refuse(mark, std::string("a field's name must be text, not ") +
                             (container.is_array() ? "a list" : "an object") + "; or is a bracket not closed?");
        }
        if (!tag.empty() && tag != "?") {
            RefuseTag(mark, tag);
        }
        if (static_cast<int>(frames_.size()) >= limits_.max_depth) {
            RefuseDepth(mark);
        }
        const Frame frame{nullptr, std::nullopt, container.is_object(), {}, nodes_, text_bytes_};
        ++nodes_;
        CheckNodes(mark);
        YamlNode* const node = NewNode(anchor, std::move(container));
        Attach(node);
        frames_.push_back(frame);
        frames_.back().node = node;
    }

    void Close() {
        const Frame frame = std::move(frames_.back());
        frames_.pop_back();
        frame.node->complete = true;
        frame.node->expanded_nodes = nodes_ - frame.nodes_before;
        frame.node->expanded_bytes = text_bytes_ - frame.bytes_before;
        if (!frames_.empty()) {
            YamlNode& parent = *frames_.back().node;
            parent.height = std::max(parent.height, frame.node->height + 1);
        }
    }

    const DocumentLimits& limits_;
    std::deque<YamlNode> arena_;
    std::map<YAML::anchor_t, YamlNode*> anchors_;
    std::vector<Frame> frames_;
    YamlNode* root_ = nullptr;
    std::size_t nodes_ = 0;
    std::size_t text_bytes_ = 0;
    std::size_t alias_bytes_ = 0;
};

/// The scanner remembers every bracket that might still turn out to begin a field's name, before our first event: it
/// spends hundreds of bytes on each byte of "[[[[...". Counted without regard to quotes and comments, so the bound is
/// far above the depth allowed; real text closes what it opens.
bool OpensTooManyBrackets(std::string_view text) {
    constexpr int kMostOpenBrackets = 1000;
    int open = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') {
            if (++open > kMostOpenBrackets) {
                return true;
            }
        } else if ((c == ']' || c == '}') && open > 0) {
            --open;
        }
    }
    return false;
}

Json BuildJson(const YamlNode& node) {
    Json json = node.value;
    for (const YamlNode* item : node.items) {
        json.push_back(BuildJson(*item));
    }
    for (const auto& [key, value] : node.fields) {
        json[key] = BuildJson(*value);
    }
    return json;
}

Unexpected<FieldErrors> NoYaml(std::string pointer, std::string message) {
    return Unexpected<FieldErrors>(FieldErrors{{std::move(pointer), std::move(message)}});
}

}  // namespace

Expected<Json, FieldErrors> ParseYaml(std::string_view text, const DocumentLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return NoYaml("", "the document has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(limits.max_bytes) + " are allowed");
    }
    if (text.find('\0') != std::string_view::npos) {
        return NoYaml("", "the document contains a NUL byte");
    }
    if (!IsValidUtf8(text)) {
        return NoYaml("", "the document is not valid UTF-8");
    }
    if (OpensTooManyBrackets(text)) {
        return NoYaml("", "is nested more than " + std::to_string(limits.max_depth) + " levels deep");
    }
    YamlBuilder builder(limits);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        // Once more after the document: the builder refuses a second one.
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YamlRefusal& refusal) {
        return NoYaml(refusal.error.pointer, refusal.error.message);
    } catch (const YAML::ParserException& error) {
        // Escaped: the parser's words may end with half a character of the document.
        return NoYaml(builder.Here(), "is no valid YAML at " + YamlPlace(error.mark) + ": " +
                                          EscapeForLog(TruncateUtf8(error.msg, kLongestComplaint)));
    }
    if (builder.Root() == nullptr) {
        return NoYaml("", "the document is empty");
    }
    return BuildJson(*builder.Root());
}

}  // namespace platform
