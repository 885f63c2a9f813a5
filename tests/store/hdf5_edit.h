#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace aufbau::testing {

/// Alters an HDF5 file in place, as a careless or hostile program would.
class Hdf5Edit {
 public:
  explicit Hdf5Edit(const std::string& path);
  ~Hdf5Edit();
  Hdf5Edit(const Hdf5Edit&) = delete;
  Hdf5Edit& operator=(const Hdf5Edit&) = delete;

  void remove(const std::string& object);
  void remove_attribute(const std::string& name);  ///< of the root group, here and below
  void set_attribute(const std::string& name, const std::string& text);
  void set_variable_attribute(const std::string& name, const std::string& text);
  /// Replaces a dataset by a contiguous one of 64-bit integers.
  void replace(const std::string& object, const std::vector<std::int64_t>& values);
  void replace(const std::string& object, const std::vector<double>& values);
  void set_element(const std::string& object, std::uint64_t index, std::int64_t value);
  void set_real(const std::string& object, std::uint64_t row, std::uint64_t column, double value);
  /// Replaces a dataset by one that declares `size` bytes and has none of them stored.
  void declare_only(const std::string& object, std::uint64_t size);
  void declare_deflated(const std::string& object, std::uint64_t size, std::uint64_t chunk);
  void move_to_external_link(const std::string& object, const std::string& file);
  void move_to_soft_link(const std::string& object, const std::string& target);
  void replace_by_external_storage(const std::string& object, const std::string& file,
                                   std::uint64_t size);
  void replace_by_virtual(const std::string& object, const std::string& file, std::uint64_t size);
  void replace_with_checksum_filter(const std::string& object, std::uint64_t size);
  /// Replaces a dataset by one chunk of `size` bytes whose compressed data hold `inflated` bytes
  /// instead.
  void replace_by_bomb(const std::string& object, std::uint64_t size, std::uint64_t inflated);
  void replace_by_group(const std::string& object);

 private:
  std::int64_t file_;
};

}  // namespace aufbau::testing
