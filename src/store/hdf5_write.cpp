#include <algorithm>

#include "store/hdf5_handles.h"

namespace aufbau::store {
namespace {

constexpr std::int64_t kChunkElements = 1 << 16;

hid_t file_type(Stored stored) {
  switch (stored) {
    case Stored::u8:
      return H5T_STD_U8LE;
    case Stored::u16:
      return H5T_STD_U16LE;
    case Stored::u32:
      return H5T_STD_U32LE;
    case Stored::u64:
      return H5T_STD_U64LE;
    case Stored::i8:
      return H5T_STD_I8LE;
    case Stored::i32:
      return H5T_STD_I32LE;
    case Stored::i64:
      return H5T_STD_I64LE;
    case Stored::f32:
      return H5T_IEEE_F32LE;
    case Stored::f64:
      return H5T_IEEE_F64LE;
  }
  return -1;
}

/// Bytes of one element as it is buffered, in the machine's own order.
hid_t buffer_type(Stored stored) {
  switch (stored) {
    case Stored::u8:
      return H5T_NATIVE_UINT8;
    case Stored::u16:
      return H5T_NATIVE_UINT16;
    case Stored::u32:
      return H5T_NATIVE_UINT32;
    case Stored::u64:
      return H5T_NATIVE_UINT64;
    case Stored::i8:
      return H5T_NATIVE_INT8;
    case Stored::i32:
      return H5T_NATIVE_INT32;
    case Stored::i64:
      return H5T_NATIVE_INT64;
    case Stored::f32:
      return H5T_NATIVE_FLOAT;
    case Stored::f64:
      return H5T_NATIVE_DOUBLE;
  }
  return -1;
}

Handle group_properties() {
  Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(properties.id(), false);
  return properties;
}

/// Makes the groups above `object` that are not there: HDF5 would put time stamps on those it makes
/// itself.
void make_parents(hid_t file, const std::string& object) {
  const Handle properties = group_properties();
  for (std::size_t slash = object.find('/', 1); slash != std::string::npos;
       slash = object.find('/', slash + 1)) {
    const std::string group = object.substr(0, slash);
    if (H5Lexists(file, group.c_str(), H5P_DEFAULT) > 0) continue;
    Handle(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Gclose);
  }
}

/// Creation without time stamps: equal content, equal bytes.
Handle array_properties() {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(properties.id(), false);
  return properties;
}

Handle text_type(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), std::max<std::size_t>(bytes, 1));
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

void write_array(const Hdf5File::State& state, const std::string& object, hid_t stored_type,
                 hid_t memory_type, const std::vector<std::int64_t>& shape, const void* values) {
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  const Handle space(
      extent.empty() ? H5Screate(H5S_SCALAR)
                     : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr),
      H5Sclose);
  make_parents(state.file.id(), object);
  const Handle array(H5Dcreate2(state.file.id(), object.c_str(), stored_type, space.id(),
                                H5P_DEFAULT, array_properties().id(), H5P_DEFAULT),
                     H5Dclose);
  state.require_written(static_cast<bool>(array), "cannot create ", object);
  const bool has_elements = std::find(shape.begin(), shape.end(), 0) == shape.end();
  state.require_written(!has_elements || H5Dwrite(array.id(), memory_type, H5S_ALL, H5S_ALL,
                                                  H5P_DEFAULT, values) >= 0,
                        "cannot write ", object);
}

void put_attribute(const Hdf5File::State& state, const std::string& object, const std::string& name,
                   hid_t stored_type, hid_t memory_type, const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      H5Acreate_by_name(state.file.id(), object.c_str(), name.c_str(), stored_type, space.id(),
                        H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  state.require_written(attribute && H5Awrite(attribute.id(), memory_type, value) >= 0,
                        "cannot write attribute '", name, "' of ", object);
}

}  // namespace

void Hdf5File::create_group(const std::string& group) {
  const Hdf5Call call;
  const Handle properties = group_properties();
  make_parents(state_->file.id(), group);
  const Handle made(
      H5Gcreate2(state_->file.id(), group.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
      H5Gclose);
  state_->require_written(static_cast<bool>(made), "cannot create group ", group);
}

template <class T>
void Hdf5File::write(const std::string& object, std::span<const T> values,
                     const std::vector<std::int64_t>& shape) {
  const Hdf5Call call;
  write_array(*state_, object, native_type<T>(), native_type<T>(), shape, values.data());
}
template void Hdf5File::write(const std::string&, std::span<const std::uint8_t>,
                              const std::vector<std::int64_t>&);
template void Hdf5File::write(const std::string&, std::span<const std::int32_t>,
                              const std::vector<std::int64_t>&);
template void Hdf5File::write(const std::string&, std::span<const std::int64_t>,
                              const std::vector<std::int64_t>&);
template void Hdf5File::write(const std::string&, std::span<const float>,
                              const std::vector<std::int64_t>&);
template void Hdf5File::write(const std::string&, std::span<const double>,
                              const std::vector<std::int64_t>&);

void Hdf5File::write_strings(const std::string& object, const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const auto& text : values) width = std::max(width, text.size());
  std::string bytes;
  bytes.reserve(width * values.size());
  for (const auto& text : values) bytes.append(text).append(width - text.size(), '\0');
  const Hdf5Call call;
  const Handle type = text_type(width);
  write_array(*state_, object, type.id(), type.id(), {static_cast<std::int64_t>(values.size())},
              bytes.data());
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name,
                               std::string_view text) {
  const Hdf5Call call;
  const Handle type = text_type(text.size());
  put_attribute(*state_, object, name, type.id(), type.id(), text.empty() ? "" : text.data());
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name,
                               std::int64_t value) {
  const Hdf5Call call;
  put_attribute(*state_, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name, double value) {
  const Hdf5Call call;
  put_attribute(*state_, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

struct Hdf5Column::State {
  std::shared_ptr<Hdf5File::State> file;
  std::string object;
  Stored stored = Stored::u8;
  Handle array{-1, H5Dclose};
  std::size_t element_bytes = 1;
  std::int64_t width = 1, chunk_rows = 1;
  int rank = 1;
  std::uint64_t rows = 0;         ///< in the file
  std::vector<std::byte> buffer;  ///< rows that are not there yet

  ~State() {
    const Hdf5Call call;
    array = Handle(-1, H5Dclose);
  }

  std::size_t chunk_bytes() const {
    return static_cast<std::size_t>(chunk_rows * width) * element_bytes;
  }

  void write_rows(const std::byte* bytes, std::int64_t count) {
    const Hdf5Call call;
    const hsize_t start[2] = {rows, 0};
    const hsize_t block[2] = {static_cast<hsize_t>(count), static_cast<hsize_t>(width)};
    const hsize_t extent[2] = {rows + block[0], block[1]};
    file->require_written(H5Dset_extent(array.id(), extent) >= 0, "cannot extend ", object);
    const Handle all(H5Dget_space(array.id()), H5Sclose);
    const Handle part(H5Screate_simple(rank, block, nullptr), H5Sclose);
    file->require_written(
        H5Sselect_hyperslab(all.id(), H5S_SELECT_SET, start, nullptr, block, nullptr) >= 0 &&
            H5Dwrite(array.id(), buffer_type(stored), part.id(), all.id(), H5P_DEFAULT, bytes) >= 0,
        "cannot write ", object);
    rows += block[0];
  }

  template <class Element, class T>
  void buffer_values(std::span<const T> values) {
    const std::size_t before = buffer.size();
    buffer.resize(before + values.size() * sizeof(Element));
    auto* to = reinterpret_cast<Element*>(buffer.data() + before);
    for (const T value : values) *to++ = static_cast<Element>(value);
    if (buffer.size() < chunk_bytes()) return;
    std::size_t done = 0;
    for (; buffer.size() - done >= chunk_bytes(); done += chunk_bytes())
      write_rows(buffer.data() + done, chunk_rows);
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(done));
  }
};

Hdf5Column::Hdf5Column(Hdf5File& file, const std::string& object, Stored stored,
                       std::optional<std::int64_t> width)
    : state_(std::make_unique<State>()) {
  const Hdf5Call call;
  State& state = *state_;
  state.file = file.state();
  state.object = object;
  state.stored = stored;
  state.element_bytes = H5Tget_size(buffer_type(stored));
  state.rank = width ? 2 : 1;
  state.width = width.value_or(1);
  state.chunk_rows =
      std::max<std::int64_t>(1, kChunkElements / std::max<std::int64_t>(1, state.width));
  const hsize_t extent[2] = {0, static_cast<hsize_t>(state.width)};
  const hsize_t largest[2] = {H5S_UNLIMITED, extent[1]};
  const hsize_t chunk[2] = {static_cast<hsize_t>(state.chunk_rows),
                            std::max<hsize_t>(1, extent[1])};
  const Handle space(H5Screate_simple(state.rank, extent, largest), H5Sclose);
  const Handle properties = array_properties();
  H5Pset_chunk(properties.id(), state.rank, chunk);
  H5Pset_shuffle(properties.id());
  H5Pset_deflate(properties.id(), 1);
  make_parents(state.file->file.id(), object);
  state.array = Handle(H5Dcreate2(state.file->file.id(), object.c_str(), file_type(stored),
                                  space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                       H5Dclose);
  state.file->require_written(static_cast<bool>(state.array), "cannot create ", object);
}
Hdf5Column::~Hdf5Column() = default;
Hdf5Column::Hdf5Column(Hdf5Column&&) noexcept = default;

template <class T>
void Hdf5Column::append(std::span<const T> values) {
  switch (state_->stored) {
    case Stored::u8:
      return state_->buffer_values<std::uint8_t>(values);
    case Stored::u16:
      return state_->buffer_values<std::uint16_t>(values);
    case Stored::u32:
      return state_->buffer_values<std::uint32_t>(values);
    case Stored::u64:
      return state_->buffer_values<std::uint64_t>(values);
    case Stored::i8:
      return state_->buffer_values<std::int8_t>(values);
    case Stored::i32:
      return state_->buffer_values<std::int32_t>(values);
    case Stored::i64:
      return state_->buffer_values<std::int64_t>(values);
    case Stored::f32:
      return state_->buffer_values<float>(values);
    case Stored::f64:
      return state_->buffer_values<double>(values);
  }
}
template void Hdf5Column::append(std::span<const std::uint8_t>);
template void Hdf5Column::append(std::span<const std::uint16_t>);
template void Hdf5Column::append(std::span<const std::uint32_t>);
template void Hdf5Column::append(std::span<const std::uint64_t>);
template void Hdf5Column::append(std::span<const std::int8_t>);
template void Hdf5Column::append(std::span<const std::int32_t>);
template void Hdf5Column::append(std::span<const std::int64_t>);
template void Hdf5Column::append(std::span<const float>);
template void Hdf5Column::append(std::span<const double>);

void Hdf5Column::finish() {
  const auto row_bytes = static_cast<std::size_t>(state_->width) * state_->element_bytes;
  if (row_bytes > 0 && !state_->buffer.empty())
    state_->write_rows(state_->buffer.data(),
                       static_cast<std::int64_t>(state_->buffer.size() / row_bytes));
  state_->buffer.clear();
}

}  // namespace aufbau::store
