#pragma once
// What the HDF5 sources share. Nobody else includes this file, nor hdf5.h.
#include <hdf5.h>

#include <mutex>
#include <type_traits>
#include <utility>

#include "core/error.h"
#include "store/hdf5.h"
#include "store/hdf5_driver.h"

namespace aufbau::store {

/// Owns one HDF5 identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  hid_t id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  hid_t release() { return std::exchange(id_, -1); }

 private:
  hid_t id_;
  Close close_;
};

/// While one lives, this thread alone calls HDF5, nothing is printed and no plugin is loaded. What
/// the host program had set comes back afterwards.
class Hdf5Call {
 public:
  Hdf5Call();
  ~Hdf5Call();
  Hdf5Call(const Hdf5Call&) = delete;
  Hdf5Call& operator=(const Hdf5Call&) = delete;

 private:
  std::lock_guard<std::recursive_mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
  unsigned plugins_ = 0;
};

/// The library's own account of the last failure: the deepest entry of its error stack.
std::string hdf5_reason();

struct Hdf5File::State {
  std::string where;
  Handle file{-1, H5Fclose};
  std::uint64_t file_bytes = 0;  ///< of a file that is read
  std::string image;             ///< of a file in memory
  WriteFailure failure;          ///< of a file that is written

  ~State();
  template <class... Parts>
  [[noreturn]] void damaged(const Parts&... parts) const {
    fail(ErrorKind::input, where, parts...);
  }
  template <class... Parts>
  [[noreturn]] void not_written(const Parts&... parts) const {
    fail(ErrorKind::resource, where, parts..., ": ",
         failure.reason.empty() ? hdf5_reason() : failure.reason);
  }
  /// After a step of writing: did the library refuse it, or the operating system?
  template <class... Parts>
  void require_written(bool done, const Parts&... parts) const {
    if (!done || !failure.reason.empty()) not_written(parts...);
  }
};

template <class T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  if constexpr (std::is_same_v<T, std::int8_t>) return H5T_NATIVE_INT8;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
}

}  // namespace aufbau::store
