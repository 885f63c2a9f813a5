#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "aufbau.h"
#include "cli/config.h"

namespace aufbau::cli {

/// Allowed values of a number, both ends included.
template <class T>
struct Range {
  T least, most = std::numeric_limits<T>::max();
};

/// The options of one command, each declared once with its names ("-o,--output"), where its value
/// goes, and its help; the value that is there already is the default. From that come parsing,
/// `--config`, `--help` and every error text. Underscores are accepted for hyphens. The command
/// line wins over the configuration file.
class OptionSet {
 public:
  OptionSet(std::string command, std::string summary);
  ~OptionSet();
  OptionSet(const OptionSet&) = delete;
  OptionSet& operator=(const OptionSet&) = delete;

  /// Title of the options that follow in the help text.
  void group(const std::string& title);

  void positional(const std::string& name, std::string& value, const std::string& help);
  void positionals(const std::string& name, std::vector<std::string>& values,
                   const std::string& help);

  void text(const std::string& names, std::string& value, const std::string& placeholder,
            const std::string& help);
  /// One of `entries`, which the help lists with their summaries. A name without hyphens is a
  /// positional.
  void choice(const std::string& names, std::string& value, const std::vector<NameEntry>& entries,
              const std::string& help);
  /// Some of `entries`, separated by commas, or the option repeated.
  void choices(const std::string& names, std::vector<std::string>& values,
               const std::vector<NameEntry>& entries, const std::string& help);
  /// Free text in which the names of `entries` are used; the library checks it.
  void expression(const std::string& names, std::string& value,
                  const std::vector<NameEntry>& entries, const std::string& placeholder,
                  const std::string& help);
  void integer(const std::string& names, int& value, Range<int> range, const std::string& help);
  void integer(const std::string& names, std::int64_t& value, Range<std::int64_t> range,
               const std::string& help);
  void integer(const std::string& names, std::uint64_t& value, const std::string& help);
  void number(const std::string& names, double& value, Range<double> range,
              const std::string& help);
  void flag(const std::string& names, bool& value, const std::string& help);
  /// A flag that turns something off: the value is true without it.
  void off_flag(const std::string& names, bool& value, const std::string& help);
  /// Separated by commas, or the option repeated. In a configuration file an array is taken as it
  /// is. The help lists `entries`; the library checks.
  void texts(const std::string& names, std::vector<std::string>& values,
             const std::string& placeholder, const std::string& help,
             const std::vector<NameEntry>& entries = {});
  void numbers(const std::string& names, std::vector<double>& values, Range<double> range,
               const std::string& help);
  void integers(const std::string& names, std::vector<int>& values, Range<int> range,
                const std::string& help);
  /// "0-9", "0,1,2" or both.
  void seeds(const std::string& names, std::vector<std::uint64_t>& values, const std::string& help);

  /// "i/n".
  void shard(const std::string& names, Shard& value, const std::string& help);

  /// The option or positional declared last must be given.
  void required();

  /// Fills the values from the command line and the file that --config names, which has no tables.
  /// False when help was asked for (and printed). Error{usage} names the option, the value, what
  /// was expected, and for an unknown option or configuration key the nearest known one.
  bool parse(const std::vector<std::string>& arguments);

  // The two halves of parse(), for a configuration with tables.
  /// Reads both, fills nothing.
  bool read(const std::vector<std::string>& arguments);
  /// What --config names; empty without it.
  const Config& config() const;
  /// Fills the values: the command line wins over `entries`, and a later entry over an earlier one
  /// of its key. `place` is said of options that are missing.
  void fill(const std::vector<ConfigEntry>& entries, const std::string& place = "");

  /// Whether the option came from the command line or the configuration file.
  bool given(const std::string& name) const;
  /// The first option of that group that did, as it is typed; empty when none.
  std::string first_given_of(const std::string& group) const;
  std::string help() const;

 private:
  struct Option;
  struct State;
  Option& add(const std::string& names, const std::string& placeholder, const std::string& help);
  Option& add_list(const std::string& names, const std::string& placeholder,
                   const std::string& help);
  void add_flag(const std::string& names, const std::string& help,
                const std::function<void(bool)>& set);
  template <class T>
  void add_number(const std::string& names, T& value, Range<T> range, const std::string& help);
  template <class T>
  void add_numbers(const std::string& names, std::vector<T>& values, Range<T> range,
                   const std::string& help);
  std::unique_ptr<State> state_;
};

}  // namespace aufbau::cli
