#include "store/hdf5_edit.h"

#include <hdf5.h>
#include <zlib.h>

#include <stdexcept>

namespace aufbau::testing {
namespace {

void require(bool done, const std::string& what) {
  if (!done) throw std::runtime_error("test could not alter " + what);
}

/// Makes `object` anew; properties and type are closed here.
void make(hid_t file, const std::string& object, hid_t type, std::uint64_t size, hid_t properties,
          const void* data) {
  const hsize_t extent = size;
  const hid_t space = H5Screate_simple(1, &extent, nullptr);
  const hid_t array =
      H5Dcreate2(file, object.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  require(array >= 0, object);
  if (data) require(H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0, object);
  H5Dclose(array);
  H5Sclose(space);
  if (properties != H5P_DEFAULT) H5Pclose(properties);
}

}  // namespace

Hdf5Edit::Hdf5Edit(const std::string& path)
    : file_(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)) {
  require(file_ >= 0, path);
}
Hdf5Edit::~Hdf5Edit() { H5Fclose(file_); }

void Hdf5Edit::remove(const std::string& object) {
  require(H5Ldelete(file_, object.c_str(), H5P_DEFAULT) >= 0, object);
}

void Hdf5Edit::remove_attribute(const std::string& name) {
  require(H5Adelete(file_, name.c_str()) >= 0, name);
}

void Hdf5Edit::set_attribute(const std::string& name, const std::string& text) {
  remove_attribute(name);
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, text.size());
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file_, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  require(H5Awrite(attribute, type, text.data()) >= 0, name);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
}

void Hdf5Edit::set_variable_attribute(const std::string& name, const std::string& text) {
  remove_attribute(name);
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file_, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  const char* pointer = text.c_str();
  require(H5Awrite(attribute, type, &pointer) >= 0, name);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
}

void Hdf5Edit::replace(const std::string& object, const std::vector<std::int64_t>& values) {
  remove(object);
  make(file_, object, H5T_NATIVE_INT64, values.size(), H5P_DEFAULT, values.data());
}

void Hdf5Edit::replace(const std::string& object, const std::vector<double>& values) {
  remove(object);
  make(file_, object, H5T_NATIVE_DOUBLE, values.size(), H5P_DEFAULT, values.data());
}

void Hdf5Edit::set_element(const std::string& object, std::uint64_t index, std::int64_t value) {
  const hid_t array = H5Dopen2(file_, object.c_str(), H5P_DEFAULT);
  const hid_t all = H5Dget_space(array);
  const hsize_t position = index, one = 1;
  const hid_t single = H5Screate_simple(1, &one, nullptr);
  H5Sselect_elements(all, H5S_SELECT_SET, 1, &position);
  require(H5Dwrite(array, H5T_NATIVE_INT64, single, all, H5P_DEFAULT, &value) >= 0, object);
  H5Sclose(single);
  H5Sclose(all);
  H5Dclose(array);
}

void Hdf5Edit::set_real(const std::string& object, std::uint64_t row, std::uint64_t column,
                        double value) {
  const hid_t array = H5Dopen2(file_, object.c_str(), H5P_DEFAULT);
  const hid_t all = H5Dget_space(array);
  const hsize_t position[2] = {row, column}, one = 1;
  const hid_t single = H5Screate_simple(1, &one, nullptr);
  H5Sselect_elements(all, H5S_SELECT_SET, 1, position);
  require(H5Dwrite(array, H5T_NATIVE_DOUBLE, single, all, H5P_DEFAULT, &value) >= 0, object);
  H5Sclose(single);
  H5Sclose(all);
  H5Dclose(array);
}

void Hdf5Edit::declare_only(const std::string& object, std::uint64_t size) {
  remove(object);
  make(file_, object, H5T_NATIVE_UINT8, size, H5P_DEFAULT, nullptr);
}

void Hdf5Edit::declare_deflated(const std::string& object, std::uint64_t size,
                                std::uint64_t chunk) {
  remove(object);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t extent = chunk;
  H5Pset_chunk(properties, 1, &extent);
  H5Pset_deflate(properties, 1);
  make(file_, object, H5T_NATIVE_UINT8, size, properties, nullptr);
}

void Hdf5Edit::move_to_external_link(const std::string& object, const std::string& file) {
  remove(object);
  require(H5Lcreate_external(file.c_str(), object.c_str(), file_, object.c_str(), H5P_DEFAULT,
                             H5P_DEFAULT) >= 0,
          object);
}

void Hdf5Edit::move_to_soft_link(const std::string& object, const std::string& target) {
  remove(object);
  require(H5Lcreate_soft(target.c_str(), file_, object.c_str(), H5P_DEFAULT, H5P_DEFAULT) >= 0,
          object);
}

void Hdf5Edit::replace_by_external_storage(const std::string& object, const std::string& file,
                                           std::uint64_t size) {
  remove(object);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(properties, file.c_str(), 0, size);
  make(file_, object, H5T_NATIVE_UINT8, size, properties, nullptr);
}

void Hdf5Edit::replace_by_virtual(const std::string& object, const std::string& file,
                                  std::uint64_t size) {
  remove(object);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t extent = size;
  const hid_t space = H5Screate_simple(1, &extent, nullptr);
  H5Pset_virtual(properties, space, file.c_str(), object.c_str(), space);
  H5Sclose(space);
  make(file_, object, H5T_NATIVE_UINT8, size, properties, nullptr);
}

void Hdf5Edit::replace_with_checksum_filter(const std::string& object, std::uint64_t size) {
  remove(object);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t extent = size;
  H5Pset_chunk(properties, 1, &extent);
  H5Pset_fletcher32(properties);
  const std::vector<std::uint8_t> zeros(size, 0);
  make(file_, object, H5T_NATIVE_UINT8, size, properties, zeros.data());
}

void Hdf5Edit::replace_by_bomb(const std::string& object, std::uint64_t size,
                               std::uint64_t inflated) {
  declare_deflated(object, size, size);
  const std::vector<unsigned char> zeros(inflated, 0);
  std::vector<unsigned char> stream(compressBound(inflated));
  uLongf length = stream.size();
  require(compress2(stream.data(), &length, zeros.data(), inflated, 9) == Z_OK, object);
  const hid_t array = H5Dopen2(file_, object.c_str(), H5P_DEFAULT);
  const hsize_t start = 0;
  require(H5Dwrite_chunk(array, H5P_DEFAULT, 0, &start, length, stream.data()) >= 0, object);
  H5Dclose(array);
}

void Hdf5Edit::replace_by_group(const std::string& object) {
  remove(object);
  H5Gclose(H5Gcreate2(file_, object.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

}  // namespace aufbau::testing
