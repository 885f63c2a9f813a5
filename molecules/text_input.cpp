#include "molecules/text_input.h"

#include <algorithm>

#include "core/error.h"

namespace aufbau::molecules {

TextInput::TextInput(std::unique_ptr<ByteSource> source, std::string where)
    : source_(std::move(source)), where_(std::move(where)) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  while (view().size() < kMark.size() && fill()) continue;
  if (view().starts_with("\xff\xfe") || view().starts_with("\xfe\xff"))
    fail(ErrorKind::input, where_, "is UTF-16 text; save it as UTF-8");
  if (view().starts_with(kMark)) start_ = kMark.size();
}

bool TextInput::fill() {
  constexpr std::size_t kChunk = 1 << 16;
  if (start_ > 0) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kChunk);
  std::size_t count = 0;
  try {
    count = source_->read(buffer_.data() + before, kChunk);
  } catch (...) {
    buffer_.resize(before);
    throw;
  }
  buffer_.resize(before + count);
  hash_.update(std::string_view(buffer_).substr(before));
  return count > 0;
}

void TextInput::consume(std::size_t count) {
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(start_);
  line_ += std::count(begin, begin + static_cast<std::ptrdiff_t>(count), '\n');
  start_ += count;
  position_ += count;
}

bool TextInput::next_line(Line& line, std::size_t limit) {
  line.text.clear();
  line.too_long = false;
  std::size_t searched = 0, end;
  while ((end = view().find('\n', searched)) == std::string_view::npos) {
    searched = view().size();
    if (searched > limit + 1) {  // one more: the line end may be \r\n
      if (!line.too_long) line.text = view().substr(0, kShownBytes);
      line.too_long = true;
      consume(searched);
      searched = 0;
    }
    if (!fill()) break;
  }
  const bool has_end = end != std::string_view::npos;
  if (!has_end && view().empty()) return line.too_long;
  std::string_view rest = view().substr(0, end);
  if (!line.too_long) {
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    line.too_long = rest.size() > limit;
    line.text = rest.substr(0, line.too_long ? kShownBytes : limit);
  }
  consume(has_end ? end + 1 : view().size());
  return true;
}

}  // namespace aufbau::molecules
