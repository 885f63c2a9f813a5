#include "store/hdf5_inflate.h"

#include <zlib.h>

#include <algorithm>

#include "store/hdf5_handles.h"

namespace aufbau::store {
namespace {

constexpr std::size_t kPiece = 1 << 16;

/// Bytes that a zlib stream holds, counted up to one more than `limit`; 0 when it is damaged.
std::uint64_t inflated_size(const std::vector<unsigned char>& stream, std::uint64_t limit) {
  z_stream state{};
  if (inflateInit(&state) != Z_OK) return 0;
  state.next_in = const_cast<unsigned char*>(stream.data());
  state.avail_in = static_cast<uInt>(stream.size());
  std::vector<unsigned char> piece(kPiece);
  int status = Z_OK;
  while (status == Z_OK && state.total_out <= limit) {
    state.next_out = piece.data();
    state.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&state, Z_NO_FLUSH);
  }
  const std::uint64_t size = state.total_out;
  inflateEnd(&state);
  return status == Z_STREAM_END || size > limit ? size : 0;
}

/// Moves to the next chunk in row-major order; false after the last.
bool advance(std::vector<hsize_t>& offset, const std::vector<std::int64_t>& shape,
             const std::vector<hsize_t>& chunk) {
  for (std::size_t axis = offset.size(); axis-- > 0;) {
    offset[axis] += chunk[axis];
    if (offset[axis] < static_cast<hsize_t>(shape[axis])) return true;
    offset[axis] = 0;
  }
  return false;
}

/// Which filter of the array is deflate, as the bit by which a chunk says that it skipped it; 0 for
/// none.
std::uint32_t deflate_bit(hid_t creation) {
  const int filters = H5Pget_nfilters(creation);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, settings = 0;
    std::size_t count = 0;
    if (H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &count, nullptr, 0, nullptr,
                       &settings) == H5Z_FILTER_DEFLATE)
      return std::uint32_t{1} << i;
  }
  return 0;
}

}  // namespace

void check_inflated_chunks(const Hdf5File::State& state, const std::string& object, hid_t array,
                           const ArrayInfo& info) {
  const Handle creation(H5Dget_create_plist(array), H5Pclose);
  const std::uint32_t deflate = creation ? deflate_bit(creation.id()) : 0;
  if (deflate == 0 || info.element_count() == 0) return;
  std::vector<hsize_t> chunk(info.shape.size());
  if (H5Pget_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()) !=
      static_cast<int>(chunk.size()))
    state.damaged(object, " has chunks of another rank than itself");
  auto chunk_bytes = static_cast<std::uint64_t>(info.element_bytes);
  for (const auto extent : chunk) chunk_bytes *= extent;

  std::vector<hsize_t> offset(chunk.size(), 0);
  std::vector<unsigned char> stream;
  do {
    hsize_t stored = 0;
    if (H5Dget_chunk_storage_size(array, offset.data(), &stored) < 0 || stored == 0 ||
        stored > state.file_bytes)
      state.damaged(object, " lacks a part of its data");
    stream.resize(stored);
    std::uint32_t skipped = 0;
    if (H5Dread_chunk(array, H5P_DEFAULT, offset.data(), &skipped, stream.data()) < 0)
      state.damaged("cannot read ", object, ": ", hdf5_reason());
    // Data that would not shrink are stored as they are.
    const std::uint64_t size = skipped & deflate ? stored : inflated_size(stream, chunk_bytes);
    if (size != chunk_bytes)
      state.damaged(object, " is damaged: a chunk does not hold the ", chunk_bytes,
                    " bytes that it should");
  } while (advance(offset, info.shape, chunk));
}

}  // namespace aufbau::store
