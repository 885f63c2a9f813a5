#include <algorithm>
#include <limits>

#include "store/hdf5_handles.h"
#include "store/hdf5_inflate.h"

namespace aufbau::store {
namespace {

using State = Hdf5File::State;

constexpr std::uint64_t kLargestChunk = 64u << 20;  ///< bytes; ours are a quarter of a MiB
constexpr std::uint64_t kDeflateRatio = 1040;       ///< zlib's own limit is 1032 to 1

/// Whether `object` is there. A path may lead through hard links only: others open whatever file
/// they name.
bool exists(const State& state, const std::string& object) {
  for (std::size_t end = 0; end < object.size();) {
    end = std::min(object.find('/', end + 1), object.size());
    const std::string part = object.substr(0, end);
    if (part == "/") break;
    const htri_t found = H5Lexists(state.file.id(), part.c_str(), H5P_DEFAULT);
    if (found < 0) state.damaged("cannot look for ", part, ": ", hdf5_reason());
    if (found == 0) return false;
    H5L_info_t link;
    if (H5Lget_info(state.file.id(), part.c_str(), &link, H5P_DEFAULT) < 0)
      state.damaged("cannot look at ", part, ": ", hdf5_reason());
    if (link.type != H5L_TYPE_HARD)
      state.damaged(part, " is a soft or external link; only objects of the file itself are read");
  }
  return true;
}

Handle open_object(const State& state, const std::string& object) {
  if (!exists(state, object)) state.damaged(object, " is missing");
  Handle handle(H5Oopen(state.file.id(), object.c_str(), H5P_DEFAULT), H5Oclose);
  if (!handle) state.damaged("cannot open ", object, ": ", hdf5_reason());
  return handle;
}

Handle open_array(const State& state, const std::string& object) {
  Handle handle = open_object(state, object);
  if (H5Iget_type(handle.id()) != H5I_DATASET) state.damaged(object, " is not an array");
  return handle;
}

ArrayInfo::Class class_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_ENUM:
      return ArrayInfo::Class::integer;
    case H5T_FLOAT:
      return ArrayInfo::Class::floating;
    case H5T_STRING:
      return ArrayInfo::Class::text;
    default:
      return ArrayInfo::Class::other;
  }
}

/// Refuses what could reach outside the file or run a foreign filter; returns whether the array is
/// compressed.
bool check_storage_kind(const State& state, const std::string& object, hid_t creation) {
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
    state.damaged(object, " is a virtual array; only data of the file itself are read");
  if (H5Pget_external_count(creation) != 0)
    state.damaged(object, " is stored in another file; only data of the file itself are read");
  bool deflated = false;
  const int filters = H5Pget_nfilters(creation);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, settings = 0;
    std::size_t count = 0;
    const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &count,
                                               nullptr, 0, nullptr, &settings);
    if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE)
      state.damaged(object, " uses HDF5 filter ", filter, "; only shuffle and deflate are read");
    if (deflated && filter == H5Z_FILTER_DEFLATE)
      state.damaged(object, " is deflated twice; once is read");
    deflated |= filter == H5Z_FILTER_DEFLATE;
  }
  return deflated;
}

std::uint64_t checked_product(const State& state, const std::string& object, std::uint64_t a,
                              std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product) || product > std::numeric_limits<std::int64_t>::max())
    state.damaged(object, " declares an impossible size");
  return product;
}

/// A declared size must be possible for the bytes that are there.
void check_size(const State& state, const std::string& object, hid_t array, hid_t creation,
                bool deflated, std::uint64_t declared_bytes, std::uint64_t element_bytes) {
  if (H5Pget_layout(creation) == H5D_CHUNKED) {
    hsize_t chunk[H5S_MAX_RANK] = {};
    const int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    std::uint64_t bytes = element_bytes;
    for (int i = 0; i < rank; ++i) bytes = checked_product(state, object, bytes, chunk[i]);
    if (bytes > kLargestChunk)
      state.damaged(object, " has chunks of ", bytes, " bytes; the limit is ", kLargestChunk);
  }
  const std::uint64_t stored = H5Dget_storage_size(array);
  if (stored > state.file_bytes)
    state.damaged(object, " claims ", stored, " stored bytes in a file of ", state.file_bytes);
  const std::uint64_t possible = deflated ? stored * kDeflateRatio : stored;
  if (declared_bytes > possible)
    state.damaged(object, " declares ", declared_bytes, " bytes but only ", stored, " are stored");
}

ArrayInfo describe(const State& state, const std::string& object, hid_t array) {
  const Handle creation(H5Dget_create_plist(array), H5Pclose);
  if (!creation) state.damaged("cannot read the layout of ", object, ": ", hdf5_reason());
  const bool deflated = check_storage_kind(state, object, creation.id());

  const Handle type(H5Dget_type(array), H5Tclose);
  const Handle space(H5Dget_space(array), H5Sclose);
  if (!type || !space) state.damaged("cannot read the shape of ", object, ": ", hdf5_reason());
  ArrayInfo info;
  info.element_class = class_of(type.id());
  info.element_bytes = static_cast<std::int64_t>(H5Tget_size(type.id()));
  info.is_signed = info.element_class == ArrayInfo::Class::integer &&
                   H5Tget_class(type.id()) == H5T_INTEGER && H5Tget_sign(type.id()) == H5T_SGN_2;
  info.variable_length =
      info.element_class == ArrayInfo::Class::text && H5Tis_variable_str(type.id()) > 0;

  hsize_t extent[H5S_MAX_RANK] = {};
  const int rank = H5Sget_simple_extent_dims(space.id(), extent, nullptr);
  if (rank < 0 || info.element_bytes <= 0) state.damaged("cannot read the shape of ", object);
  std::uint64_t bytes = static_cast<std::uint64_t>(info.element_bytes);
  for (int i = 0; i < rank; ++i) {
    bytes = checked_product(state, object, bytes, extent[i]);
    info.shape.push_back(static_cast<std::int64_t>(extent[i]));
  }
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) info.shape = {0};
  if (info.element_count() > 0)
    check_size(state, object, array, creation.id(), deflated, bytes,
               static_cast<std::uint64_t>(info.element_bytes));
  return info;
}

template <class T>
std::vector<T> read_as(const State& state, const std::string& object, hid_t array,
                       std::int64_t count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  if (count > 0 &&
      H5Dread(array, native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    state.damaged("cannot read ", object, ": ", hdf5_reason());
  return values;
}

/// The library clamps what does not fit; here it is an error.
template <class T, class Wide>
std::vector<T> read_narrowed(const State& state, const std::string& object, hid_t array,
                             std::int64_t count) {
  const auto wide = read_as<Wide>(state, object, array, count);
  std::vector<T> values(wide.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    if (!std::in_range<T>(wide[i]))
      state.damaged(object, " holds ", wide[i], " at position ", i, ", outside the expected range");
    values[i] = static_cast<T>(wide[i]);
  }
  return values;
}

/// Names of the children of one kind, in ascending order.
std::vector<std::string> children(const State& state, const std::string& group, H5O_type_t kind) {
  const Handle parent = open_object(state, group);
  struct Listing {
    std::vector<std::string> names;
    H5O_type_t kind;
  } listing{{}, kind};
  const auto visit = [](hid_t parent_id, const char* name, const H5L_info_t* link, void* data) {
    auto& found = *static_cast<Listing*>(data);
    H5O_info_t object;
    if (link->type == H5L_TYPE_HARD &&
        H5Oget_info_by_name2(parent_id, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
        object.type == found.kind)
      found.names.emplace_back(name);
    return static_cast<herr_t>(0);
  };
  if (H5Literate(parent.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &listing) < 0)
    state.damaged("cannot list ", group, ": ", hdf5_reason());
  return std::move(listing.names);
}

Handle open_attribute(const State& state, const std::string& object, const std::string& name) {
  const Handle owner = open_object(state, object);
  if (H5Aexists(owner.id(), name.c_str()) <= 0)
    state.damaged("attribute '", name, "' of ", object, " is missing");
  Handle attribute(H5Aopen(owner.id(), name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) state.damaged("cannot open attribute '", name, "': ", hdf5_reason());
  const Handle space(H5Aget_space(attribute.id()), H5Sclose);
  if (!space || H5Sget_simple_extent_npoints(space.id()) != 1)
    state.damaged("attribute '", name, "' of ", object, " is not one value");
  return attribute;
}

template <class T>
T read_number_attribute(const State& state, const std::string& object, const std::string& name) {
  const Handle attribute = open_attribute(state, object, name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose);
  const auto kind = class_of(type.id());
  const bool fits = kind == ArrayInfo::Class::integer ||
                    (kind == ArrayInfo::Class::floating && std::is_floating_point_v<T>);
  T value{};
  if (!fits) state.damaged("attribute '", name, "' of ", object, " is not a number");
  if (H5Aread(attribute.id(), native_type<T>(), &value) < 0)
    state.damaged("cannot read attribute '", name, "': ", hdf5_reason());
  return value;
}

std::string until_null(const char* text, std::size_t size) {
  return std::string(text, std::find(text, text + size, '\0'));
}

}  // namespace

std::int64_t ArrayInfo::element_count() const {
  std::int64_t count = 1;
  for (const auto extent : shape) count *= extent;
  return count;
}

bool Hdf5File::has(const std::string& object) const {
  const Hdf5Call call;
  return exists(*state_, object);
}

bool Hdf5File::has_group(const std::string& object) const {
  const Hdf5Call call;
  return exists(*state_, object) && H5Iget_type(open_object(*state_, object).id()) == H5I_GROUP;
}

bool Hdf5File::has_array(const std::string& object) const {
  const Hdf5Call call;
  return exists(*state_, object) && H5Iget_type(open_object(*state_, object).id()) == H5I_DATASET;
}

std::vector<std::string> Hdf5File::groups(const std::string& group) const {
  const Hdf5Call call;
  return children(*state_, group, H5O_TYPE_GROUP);
}

std::vector<std::string> Hdf5File::arrays(const std::string& group) const {
  const Hdf5Call call;
  return children(*state_, group, H5O_TYPE_DATASET);
}

ArrayInfo Hdf5File::info(const std::string& object) const {
  const Hdf5Call call;
  return describe(*state_, object, open_array(*state_, object).id());
}

template <class T>
std::vector<T> Hdf5File::read(const std::string& object) const {
  const Hdf5Call call;
  const Handle array = open_array(*state_, object);
  const ArrayInfo info = describe(*state_, object, array.id());
  check_inflated_chunks(*state_, object, array.id(), info);
  const bool is_integer = info.element_class == ArrayInfo::Class::integer;
  const auto count = info.element_count();
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  if constexpr (std::is_floating_point_v<T>) {
    const bool is_float = info.element_class == ArrayInfo::Class::floating;
    if (!is_float && !is_integer) state_->damaged(object, " does not hold numbers");
    if (kBytes < 8 && (is_integer || info.element_bytes > kBytes))
      state_->damaged(object, " should hold 32-bit floating-point numbers");
    return read_as<T>(*state_, object, array.id(), count);
  } else {
    if (!is_integer) state_->damaged(object, " does not hold integers");
    const bool fits = info.is_signed == std::is_signed_v<T>
                          ? info.element_bytes <= kBytes
                          : !info.is_signed && info.element_bytes < kBytes;
    if (fits) return read_as<T>(*state_, object, array.id(), count);
    if (info.is_signed) return read_narrowed<T, std::int64_t>(*state_, object, array.id(), count);
    return read_narrowed<T, std::uint64_t>(*state_, object, array.id(), count);
  }
}
template std::vector<std::uint8_t> Hdf5File::read(const std::string&) const;
template std::vector<std::uint16_t> Hdf5File::read(const std::string&) const;
template std::vector<std::uint32_t> Hdf5File::read(const std::string&) const;
template std::vector<std::uint64_t> Hdf5File::read(const std::string&) const;
template std::vector<std::int8_t> Hdf5File::read(const std::string&) const;
template std::vector<std::int32_t> Hdf5File::read(const std::string&) const;
template std::vector<std::int64_t> Hdf5File::read(const std::string&) const;
template std::vector<float> Hdf5File::read(const std::string&) const;
template std::vector<double> Hdf5File::read(const std::string&) const;

std::vector<std::string> Hdf5File::read_strings(const std::string& object) const {
  const Hdf5Call call;
  const Handle array = open_array(*state_, object);
  const ArrayInfo info = describe(*state_, object, array.id());
  check_inflated_chunks(*state_, object, array.id(), info);
  if (info.element_class != ArrayInfo::Class::text) state_->damaged(object, " does not hold text");
  const auto count = static_cast<std::size_t>(info.element_count());
  std::vector<std::string> texts;
  if (count == 0) return texts;
  texts.reserve(count);
  const Handle type(H5Dget_type(array.id()), H5Tclose);
  if (info.variable_length) {
    std::vector<char*> pointers(count, nullptr);
    const Handle space(H5Dget_space(array.id()), H5Sclose);
    if (H5Dread(array.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) < 0)
      state_->damaged("cannot read ", object, ": ", hdf5_reason());
    for (const char* text : pointers) texts.emplace_back(text ? text : "");
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
    return texts;
  }
  const auto width = static_cast<std::size_t>(info.element_bytes);
  std::vector<char> bytes(count * width);
  if (H5Dread(array.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
    state_->damaged("cannot read ", object, ": ", hdf5_reason());
  for (std::size_t i = 0; i < count; ++i) texts.push_back(until_null(&bytes[i * width], width));
  return texts;
}

bool Hdf5File::has_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Call call;
  return H5Aexists(open_object(*state_, object).id(), name.c_str()) > 0;
}

std::string Hdf5File::text_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Call call;
  const Handle attribute = open_attribute(*state_, object, name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose);
  if (class_of(type.id()) != ArrayInfo::Class::text)
    state_->damaged("attribute '", name, "' of ", object, " is not text");
  if (H5Tis_variable_str(type.id()) > 0) {
    char* pointer = nullptr;
    if (H5Aread(attribute.id(), type.id(), &pointer) < 0)
      state_->damaged("cannot read attribute '", name, "': ", hdf5_reason());
    std::string text = pointer ? pointer : "";
    H5free_memory(pointer);
    return text;
  }
  const std::size_t size = H5Tget_size(type.id());
  if (size > state_->file_bytes)
    state_->damaged("attribute '", name, "' of ", object, " is larger than the file");
  std::vector<char> bytes(size);
  if (H5Aread(attribute.id(), type.id(), bytes.data()) < 0)
    state_->damaged("cannot read attribute '", name, "': ", hdf5_reason());
  return until_null(bytes.data(), size);
}

std::int64_t Hdf5File::integer_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Call call;
  return read_number_attribute<std::int64_t>(*state_, object, name);
}

double Hdf5File::number_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Call call;
  return read_number_attribute<double>(*state_, object, name);
}

}  // namespace aufbau::store
