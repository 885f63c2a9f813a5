#include <algorithm>

#include "core/json_object.h"
#include "core/text.h"
#include "data/split.h"
#include "store/atomic_file.h"

namespace aufbau::data {
namespace {

using Indices = std::vector<std::int64_t>;

constexpr const char* kFormat = "aufbau-splits";
constexpr int kVersion = 1;
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

struct Reader {
  const std::string& path;
  const Dataset& dataset;

  std::int64_t checked(const std::optional<long long>& index, const std::string& text) const {
    if (!index)
      fail(ErrorKind::input, path, "'", text, "' is neither an index nor a range such as 0-9");
    if (*index < 0 || *index >= dataset.size())
      fail(ErrorKind::mismatch, path, "index ", *index, " is out of range: ", dataset.path(),
           " holds ", dataset.size(), " graphs");
    return *index;
  }

  /// chemprop's "0-2,4": ends belong to the range.
  Indices parse_ranges(const std::string& text) const {
    Indices indices;
    for (const auto& piece : split(text, ',')) {
      const std::string item(trim(piece));
      const auto dash = item.find('-', 1);
      const std::int64_t first = checked(parse_integer(item.substr(0, dash)), item);
      const std::int64_t last =
          dash == std::string::npos ? first : checked(parse_integer(item.substr(dash + 1)), item);
      for (std::int64_t index = first; index <= last; ++index) indices.push_back(index);
    }
    return indices;
  }

  Indices read_part(const Json& split, const char* name) const {
    if (!split.contains(name)) fail(ErrorKind::input, path, "the part '", name, "' is missing");
    const Json& part = split.at(name);
    if (part.is_null()) return {};
    if (part.is_string())
      return part.empty() || part == "" ? Indices{} : parse_ranges(part.get<std::string>());
    if (!part.is_array())
      fail(ErrorKind::input, path, "the part '", name, "' is not a list of indices");
    Indices indices;
    indices.reserve(part.size());
    for (const Json& item : part) {
      const bool is_index = item.is_number_integer() &&
                            !(item.is_number_unsigned() && item.get<std::uint64_t>() > INT64_MAX);
      std::optional<long long> index;
      if (is_index) index = item.get<std::int64_t>();
      indices.push_back(checked(index, item.dump()));
    }
    return indices;
  }

  void require_disjoint(const Split& split) const {
    std::vector<bool> taken(static_cast<std::size_t>(dataset.size()), false);
    for (const auto* part : {&split.train, &split.valid, &split.test})
      for (const auto index : *part) {
        if (taken[static_cast<std::size_t>(index)])
          fail(ErrorKind::mismatch, path, "index ", index,
               " appears twice; the parts of a split are disjoint");
        taken[static_cast<std::size_t>(index)] = true;
      }
  }

  Split read_own(const Json& json) const {
    const JsonObject object(
        json, ErrorKind::input, path,
        {"format", "version", "method", "seed", "sizes", "data", "hash", "train", "valid", "test"});
    if (object.text("format") != kFormat)
      fail(ErrorKind::mismatch, path, "has format '", object.text("format"), "', expected ",
           kFormat);
    if (const auto version = object.integer("version", 1, INT32_MAX); version > kVersion)
      fail(ErrorKind::mismatch, path, "version ", version, " is newer than ", kVersion,
           "; use a newer aufbau");
    Split split;
    split.method = object.text("method");
    split.seed =
        object.at("seed").is_number_unsigned() ? object.at("seed").get<std::uint64_t>() : 0;
    const Json& sizes = object.array("sizes");
    if (sizes.size() != 3 ||
        !std::all_of(sizes.begin(), sizes.end(), [](const Json& s) { return s.is_number(); }))
      object.complain("'sizes' are not three numbers");
    for (std::size_t i = 0; i < 3; ++i) split.sizes[i] = sizes[i].get<double>();
    split.data_hash = object.text("data");
    if (split.data_hash != dataset.hash())
      fail(ErrorKind::mismatch, path, "was made for other data (", split.data_hash.substr(0, 12),
           ") than ", dataset.path(), " (", dataset.hash().substr(0, 12),
           "); split that one again");
    split.train = read_part(json, "train");
    split.valid = read_part(json, "valid");
    split.test = read_part(json, "test");
    if (split.hash() != object.text("hash"))
      fail(ErrorKind::input, path, "damaged: its indices do not have the hash stored with them");
    return split;
  }

  /// chemprop numbers the rows of its table. Where ingest left rows out, its numbers are not ours.
  void require_all_rows() const {
    const Json counts = parse_json(dataset.provenance().counts_json, ErrorKind::input, path);
    const std::int64_t rows =
        counts.is_object() ? counts.value("rows", dataset.size()) : dataset.size();
    if (rows != dataset.size())
      fail(ErrorKind::mismatch, path, "numbers the rows of a table, but of its ", rows, " rows ",
           dataset.path(), " holds ", dataset.size(),
           ", so the numbers do not fit; use a split column (--splits-column) instead");
  }

  Split read_chemprop(const Json& json) const {
    if (json.is_array() && json.size() != 1)
      fail(ErrorKind::mismatch, path, "holds ", json.size(), " splits; give a file with one");
    const Json& only = json.is_array() ? json[0] : json;
    if (!only.is_object()) fail(ErrorKind::input, path, "is not a splits file");
    require_all_rows();
    Split split;
    split.method = "file";
    split.data_hash = dataset.hash();
    split.train = read_part(only, "train");
    split.valid = read_part(only, only.contains("val") ? "val" : "valid");
    split.test = read_part(only, "test");
    return split;
  }
};

}  // namespace

void write_split(const std::string& path, const Split& split) {
  const Json json = {{"format", kFormat},    {"version", kVersion},  {"method", split.method},
                     {"seed", split.seed},   {"sizes", split.sizes}, {"data", split.data_hash},
                     {"hash", split.hash()}, {"train", split.train}, {"valid", split.valid},
                     {"test", split.test}};
  store::write_file(path, json.dump() + '\n');
}

Split read_split(const std::string& path, const Dataset& dataset) {
  const Reader reader{path, dataset};
  const Json json = parse_json(store::read_file(path, kLargestFile), ErrorKind::input, path);
  Split split = json.is_object() && json.contains("format") ? reader.read_own(json)
                                                            : reader.read_chemprop(json);
  reader.require_disjoint(split);
  return split;
}

}  // namespace aufbau::data
