#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::store {

/// The types numbers are stored as. Memory may hold a wider type of the same class.
enum class Stored : std::uint8_t { u8, u16, u32, u64, i8, i32, i64, f32, f64 };

/// What a dataset says of itself, checked for plausibility before anybody takes memory for it.
struct ArrayInfo {
  enum class Class : std::uint8_t { integer, floating, text, other };
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  Class element_class = Class::other;
  bool is_signed = false;  ///< integers
  std::int64_t element_bytes = 0;
  bool variable_length = false;  ///< text only
  std::int64_t element_count() const;
};

/// An HDF5 file. The only place that talks to the HDF5 library: its handles are owned, its printed
/// error stack becomes the last sentence of an Error, and one lock serialises the calls, so that
/// objects may be used from any thread.
///
/// Files are not trusted. Only hard links are followed (no soft or external ones); virtual and
/// external storage and filters other than shuffle and deflate are refused; no plugin is loaded; a
/// declared size must be possible for the bytes that are stored. Anything wrong with a file that is
/// read is Error{input} naming path and object; anything that fails while writing is
/// Error{resource}. Object names are absolute paths inside the file, "/" is the root group.
class Hdf5File {
 public:
  /// Read-only, without file locks (works on read-only file systems).
  static Hdf5File open(const std::string& path);
  /// The same from the bytes of a file; `where` stands for the path in messages.
  static Hdf5File open_bytes(std::string_view bytes, const std::string& where);
  /// A new file; one that is already there is replaced. Written in the format of HDF5 1.10, whose
  /// metadata carry checksums. `where` stands for the path in messages, if that is a temporary one.
  static Hdf5File create(const std::string& path, const std::string& where = "");
  Hdf5File(Hdf5File&&) noexcept;
  Hdf5File& operator=(Hdf5File&&) noexcept;
  ~Hdf5File();

  // --- reading
  bool has(const std::string& object) const;
  bool has_group(const std::string& object) const;
  bool has_array(const std::string& object) const;
  std::vector<std::string> groups(
      const std::string& group) const;  ///< names of child groups, sorted
  std::vector<std::string> arrays(
      const std::string& group) const;  ///< names of child datasets, sorted
  ArrayInfo info(const std::string& object) const;
  /// All elements, row-major. T: uint8_t, uint16_t, uint32_t, uint64_t, int8_t, int32_t, int64_t,
  /// float or double. Integers that T cannot hold are an error, not clamped; double takes every
  /// number.
  template <class T>
  std::vector<T> read(const std::string& object) const;
  /// Fixed or variable length; a null pointer reads as "".
  std::vector<std::string> read_strings(const std::string& object) const;

  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  std::int64_t integer_attribute(const std::string& object, const std::string& name) const;
  double number_attribute(const std::string& object, const std::string& name) const;

  // --- writing
  void create_group(const std::string& group);  ///< parents are made as needed
  /// A whole array at once, contiguous.
  template <class T>
  void write(const std::string& object, std::span<const T> values,
             const std::vector<std::int64_t>& shape);
  void write_strings(const std::string& object,
                     const std::vector<std::string>& values);  ///< variable length
  /// Fixed length, of any size.
  void write_attribute(const std::string& object, const std::string& name, std::string_view text);
  void write_attribute(const std::string& object, const std::string& name, std::int64_t value);
  void write_attribute(const std::string& object, const std::string& name, double value);
  /// Everything to the operating system; the file may not be used afterwards.
  void close();

  const std::string& where() const;  ///< path, for messages

  struct State;  ///< known to the HDF5 sources only
  const std::shared_ptr<State>& state() const { return state_; }

 private:
  explicit Hdf5File(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// A dataset that grows row by row: chunks of about 64 Ki elements, shuffle and deflate 1. Rows are
/// buffered until a chunk is full, so every chunk is compressed once and memory stays at one chunk.
class Hdf5Column {
 public:
  /// Shape [rows], or [rows, width] when a width is given.
  Hdf5Column(Hdf5File& file, const std::string& object, Stored stored,
             std::optional<std::int64_t> width = {});
  ~Hdf5Column();
  Hdf5Column(Hdf5Column&&) noexcept;

  /// T as in Hdf5File::read, of the class of `stored`; whole rows; values must fit.
  template <class T>
  void append(std::span<const T> values);
  template <class T>
  void append(const T& value) {
    append(std::span<const T>(&value, 1));
  }
  /// The rows still buffered go to the file; call it once, before the file is closed.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "1.10.8"
std::string hdf5_version();

}  // namespace aufbau::store
