#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "cli/failure.h"
#include "cli/help.h"
#include "cli/values.h"

namespace aufbau::cli {

namespace {

using Values = std::vector<std::string>;

std::string long_name(const std::string& names) {
  for (const auto& name : split_list(names))
    if (name.starts_with("--")) return name.substr(2);
  return names;
}

template <class T>
std::string expected_number(Range<T> range) {
  std::string text = std::is_floating_point_v<T> ? "a number" : "a whole number";
  if (range.most < std::numeric_limits<T>::max())
    return text + " from " + write_number(range.least) + " to " + write_number(range.most);
  return text + " of at least " + write_number(range.least);
}

}  // namespace

struct OptionSet::Option {
  HelpEntry help;
  std::string name;  ///< the long name without hyphens, or the positional's
  bool is_list = false, is_required = false, is_given = false;
  /// Takes the values; `split` says that commas separate them. Throws Error{usage}.
  std::function<void(const Values&, bool split)> assign;
  CLI::Option* parsed = nullptr;

  std::string shown() const { return help.is_positional ? help.placeholder : "--" + name; }
  void add_standard(const std::string& value) {
    help.standard += (help.standard.empty() ? "" : ",") + value;
  }
};

struct OptionSet::State {
  std::string command, summary, group = "Options";
  CLI::App app;
  std::vector<std::unique_ptr<Option>> options;
  CLI::Option* help = nullptr;
  CLI::Option* config_path = nullptr;
  Config config;
  std::string place;  ///< in a configuration file, of the value that is being looked at

  Values known_options() const {
    Values known = {"--help", "--config"};
    for (const auto& option : options)
      if (!option->help.is_positional) known.push_back("--" + option->name);
    return known;
  }
  Values known_keys() const {
    Values known;
    for (const auto& option : options) known.push_back(option->name);
    return known;
  }
  [[noreturn]] void fail(const std::string& what) const {
    if (!place.empty()) fail_usage("config", place + ": " + what);
    fail_usage(command, what);
  }
  [[noreturn]] void fail_value(const std::string& option, const std::string& value,
                               const std::string& expected) const {
    fail(option + " '" + value + "': expected " + expected);
  }
  void require_known(const std::string& option, const std::string& name,
                     const std::vector<NameEntry>& entries) const {
    Values known;
    std::string list;
    for (const auto& entry : entries) {
      known.push_back(entry.name);
      if (!entry.name.empty()) list += (list.empty() ? "" : ", ") + entry.name;
    }
    if (std::find(known.begin(), known.end(), name) == known.end())
      fail(option + ": unknown name '" + name + "'" + meant(name, known) + "known: " + list);
  }
  template <class T>
  T number(const std::string& option, const std::string& text, Range<T> range) const {
    const auto value = read_number<T>(text);
    if (!value || *value < range.least || *value > range.most)
      fail_value(option, text, expected_number(range));
    return *value;
  }
};

namespace {

/// `--some_option=x` becomes `--some-option=x`; the value is left alone. `--sizes 0.8 0.1 0.1`, as
/// chemprop users type it, becomes `--sizes 0.8,0.1,0.1` for the options named in `number_lists`.
Values normalise(const Values& arguments, const Values& number_lists) {
  Values out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string argument = arguments[i];
    if (argument == "--") {
      out.insert(out.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
      break;
    }
    if (argument.starts_with("--"))
      for (char& c : argument) {
        if (c == '=') break;
        if (c == '_') c = '-';
      }
    out.push_back(argument);
    if (std::find(number_lists.begin(), number_lists.end(), argument) == number_lists.end())
      continue;
    std::string joined;
    while (i + 1 < arguments.size() && read_number<double>(arguments[i + 1]))
      joined += (joined.empty() ? "" : ",") + arguments[++i];
    if (!joined.empty()) out.push_back(joined);
  }
  return out;
}

}  // namespace

OptionSet::OptionSet(std::string command, std::string summary) : state_(std::make_unique<State>()) {
  state_->command = std::move(command);
  state_->summary = std::move(summary);
  state_->app.set_help_flag();
  state_->app.allow_extras();
  state_->help = state_->app.add_flag("-h,--help");
  state_->config_path = state_->app.add_option("--config");
}

OptionSet::~OptionSet() = default;

void OptionSet::group(const std::string& title) { state_->group = title; }

OptionSet::Option& OptionSet::add(const std::string& names, const std::string& placeholder,
                                  const std::string& help) {
  auto option = std::make_unique<Option>();
  option->name = long_name(names);
  option->help.is_positional = !names.starts_with("-");
  option->help.names = names;
  option->help.group = state_->group;
  option->help.placeholder = placeholder;
  option->help.help = help;
  option->parsed = state_->app.add_option(names)->expected(1);
  state_->options.push_back(std::move(option));
  return *state_->options.back();
}

OptionSet::Option& OptionSet::add_list(const std::string& names, const std::string& placeholder,
                                       const std::string& help) {
  Option& option = add(names, placeholder, help);
  option.is_list = true;
  option.parsed->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return option;
}

void OptionSet::required() { state_->options.back()->is_required = true; }

void OptionSet::positional(const std::string& name, std::string& value, const std::string& help) {
  Option& option = add(name, name, help);
  option.assign = [&value](const Values& values, bool) { value = values[0]; };
}

void OptionSet::positionals(const std::string& name, Values& values, const std::string& help) {
  Option& option = add(name, name + "...", help);
  option.is_list = true;
  option.parsed->expected(1, -1)->allow_extra_args();
  option.assign = [&values](const Values& given, bool) { values = given; };
}

void OptionSet::text(const std::string& names, std::string& value, const std::string& placeholder,
                     const std::string& help) {
  Option& option = add(names, placeholder, help);
  option.help.standard = value;
  option.assign = [&value](const Values& values, bool) { value = values[0]; };
}

void OptionSet::choice(const std::string& names, std::string& value,
                       const std::vector<NameEntry>& entries, const std::string& help) {
  Option& option = add(names, names.starts_with("-") ? "NAME" : names, help);
  option.help.standard = value;
  option.help.entries = entries;
  option.assign = [this, &option, &value, entries](const Values& values, bool) {
    state_->require_known(option.shown(), values[0], entries);
    value = values[0];
  };
}

void OptionSet::choices(const std::string& names, Values& values,
                        const std::vector<NameEntry>& entries, const std::string& help) {
  texts(names, values, "NAME,...", help);
  Option& option = *state_->options.back();
  option.help.entries = entries;
  option.assign = [this, &option, &values, entries, assign = option.assign](const Values& given,
                                                                            bool split) {
    assign(given, split);
    for (const auto& value : values) state_->require_known(option.shown(), value, entries);
  };
}

void OptionSet::expression(const std::string& names, std::string& value,
                           const std::vector<NameEntry>& entries, const std::string& placeholder,
                           const std::string& help) {
  text(names, value, placeholder, help);
  state_->options.back()->help.entries = entries;
}

template <class T>
void OptionSet::add_number(const std::string& names, T& value, Range<T> range,
                           const std::string& help) {
  Option& option = add(names, std::is_floating_point_v<T> ? "X" : "N", help);
  option.help.standard = write_number(value);
  option.assign = [this, &option, &value, range](const Values& values, bool) {
    value = state_->number(option.shown(), values[0], range);
  };
}

template <class T>
void OptionSet::add_numbers(const std::string& names, std::vector<T>& values, Range<T> range,
                            const std::string& help) {
  Option& option = add_list(names, std::is_floating_point_v<T> ? "X,X,..." : "N,N,...", help);
  option.help.is_number_list = true;
  for (const T value : values) option.add_standard(write_number(value));
  option.assign = [this, &option, &values, range](const Values& given, bool) {
    values.clear();
    for (const auto& text : given)
      for (const auto& part : split_list(text))
        values.push_back(state_->number(option.shown(), part, range));
  };
}

void OptionSet::integer(const std::string& names, int& value, Range<int> range,
                        const std::string& help) {
  add_number(names, value, range, help);
}

void OptionSet::integer(const std::string& names, std::int64_t& value, Range<std::int64_t> range,
                        const std::string& help) {
  add_number(names, value, range, help);
}

void OptionSet::integer(const std::string& names, std::uint64_t& value, const std::string& help) {
  add_number(names, value, Range<std::uint64_t>{0}, help);
}

void OptionSet::number(const std::string& names, double& value, Range<double> range,
                       const std::string& help) {
  add_number(names, value, range, help);
}

void OptionSet::numbers(const std::string& names, std::vector<double>& values, Range<double> range,
                        const std::string& help) {
  add_numbers(names, values, range, help);
}

void OptionSet::integers(const std::string& names, std::vector<int>& values, Range<int> range,
                         const std::string& help) {
  add_numbers(names, values, range, help);
}

void OptionSet::flag(const std::string& names, bool& value, const std::string& help) {
  add_flag(names, help, [&value](bool given) { value = given; });
}

void OptionSet::off_flag(const std::string& names, bool& value, const std::string& help) {
  add_flag(names, help, [&value](bool given) { value = !given; });
}

void OptionSet::add_flag(const std::string& names, const std::string& help,
                         const std::function<void(bool)>& set) {
  Option& option = add(names, "", help);
  state_->app.remove_option(option.parsed);
  option.parsed =
      state_->app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  option.assign = [this, &option, set](const Values& values, bool) {
    if (values[0] != "true" && values[0] != "false")
      state_->fail_value(option.shown(), values[0], "true or false");
    set(values[0] == "true");
  };
}

void OptionSet::texts(const std::string& names, Values& values, const std::string& placeholder,
                      const std::string& help, const std::vector<NameEntry>& entries) {
  Option& option = add_list(names, placeholder, help);
  option.help.entries = entries;
  for (const auto& value : values) option.add_standard(value);
  option.assign = [this, &option, &values](const Values& given, bool split) {
    values.clear();
    for (const auto& text : given)
      for (const auto& part : split ? split_list(text) : Values{text}) {
        if (part.empty()) state_->fail_value(option.shown(), text, "names separated by commas");
        values.push_back(part);
      }
  };
}

void OptionSet::seeds(const std::string& names, std::vector<std::uint64_t>& values,
                      const std::string& help) {
  Option& option = add_list(names, "A-B,C,...", help);
  option.help.is_number_list = true;
  for (const auto value : values) option.add_standard(write_number(value));
  option.assign = [this, &option, &values](const Values& given, bool) {
    constexpr std::uint64_t kMostSeeds = 1000;
    values.clear();
    for (const auto& text : given)
      for (const auto& part : split_list(text)) {
        const auto ends = split_list(part, '-');
        const auto first = read_number<std::uint64_t>(ends.front());
        const auto last = read_number<std::uint64_t>(ends.back());
        if (ends.size() > 2 || !first || !last || *first > *last || *last - *first >= kMostSeeds)
          state_->fail_value(option.shown(), part, "seeds such as 0-9 or 0,1,2 (at most 1000)");
        for (std::uint64_t seed = *first;; ++seed) {
          if (std::find(values.begin(), values.end(), seed) != values.end())
            state_->fail(option.shown() + ": seed " + write_number(seed) + " is given twice");
          values.push_back(seed);
          if (seed == *last) break;
        }
      }
  };
}

void OptionSet::shard(const std::string& names, Shard& value, const std::string& help) {
  Option& option = add(names, "I/N", help);
  option.assign = [this, &option, &value](const Values& given, bool) {
    const auto numbers = split_list(given.back(), '/');
    const auto index = read_number<int>(numbers.front()), count = read_number<int>(numbers.back());
    if (numbers.size() != 2 || !index || !count || *index < 1 || *index > *count)
      state_->fail_value(option.shown(), given.back(), "I/N with I from 1 to N, such as 2/4");
    value = {*index, *count};
  };
}

bool OptionSet::read(const Values& arguments) {
  State& state = *state_;
  Values number_lists;
  for (const auto& option : state.options)
    if (option->help.is_number_list)
      for (const auto& name : split_list(option->help.names)) number_lists.push_back(name);
  Values reversed = normalise(arguments, number_lists);
  std::reverse(reversed.begin(), reversed.end());
  try {
    state.app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string text = mismatch.what();
    const std::string name = text.substr(0, text.find(':'));
    const bool repeated = std::count(arguments.begin(), arguments.end(), name) > 1;
    state.fail(name + (repeated ? " is given more than once" : " needs exactly one value"));
  } catch (const CLI::ParseError& problem) {
    state.fail(problem.what());
  }
  if (state.help->count() > 0) {
    std::cout << help();
    return false;
  }
  for (const auto& extra : state.app.remaining()) {
    if (extra == "--") continue;
    const std::string name = extra.substr(0, extra.find('='));
    if (extra.size() > 1 && extra.front() == '-')
      state.fail("unknown option '" + name + "'" + meant(name, state.known_options()) +
                 "see aufbau " + state.command + " --help");
    state.fail("unexpected argument '" + extra + "'; see aufbau " + state.command + " --help");
  }
  if (state.config_path->count() > 0)
    state.config = read_config(state.config_path->results().front());
  return true;
}

const Config& OptionSet::config() const { return state_->config; }

void OptionSet::fill(const std::vector<ConfigEntry>& entries, const std::string& place) {
  State& state = *state_;
  const Values known = state.known_keys();
  for (const auto& entry : entries)
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      fail_usage("config", entry.place + ": unknown key '" + entry.key + "'" +
                               meant(entry.key, known) + "see aufbau " + state.command + " --help");

  for (const auto& option : state.options) {
    option->is_given = false;
    const auto entry = std::find_if(entries.rbegin(), entries.rend(),
                                    [&](const ConfigEntry& e) { return e.key == option->name; });
    if (option->parsed->count() > 0) {
      const Values values = option->parsed->reduced_results();
      for (const auto& value : values)
        if (value.starts_with("--"))
          state.fail(option->shown() + " needs a value, got '" + value + "'");
      option->assign(values, true);
    } else if (entry != entries.rend()) {
      state.place = entry->place;
      if (!option->is_list && entry->values.size() != 1)
        state.fail(option->name + " takes one value");
      if (!option->is_list || !entry->values.empty())
        option->assign(entry->values, !entry->is_array);
      state.place.clear();
    } else {
      if (option->is_required) {
        state.place = place;
        state.fail((option->help.is_positional ? option->shown() + " is missing"
                                               : "option " + option->shown() + " is missing") +
                   "; see aufbau " + state.command + " --help");
      }
      continue;
    }
    option->is_given = true;
  }
}

bool OptionSet::parse(const Values& arguments) {
  if (!read(arguments)) return false;
  const Config& config = state_->config;
  if (!config.tables.empty())
    fail_usage("config", config.tables.front().place + ": aufbau " + state_->command +
                             " has no tables; write every option as key = value");
  fill(config.entries);
  return true;
}

std::string OptionSet::first_given_of(const std::string& group) const {
  for (const auto& option : state_->options)
    if (option->is_given && option->help.group == group) return option->shown();
  return "";
}

bool OptionSet::given(const std::string& name) const {
  for (const auto& option : state_->options)
    if (option->name == name) return option->is_given;
  return false;
}

std::string OptionSet::help() const {
  std::vector<HelpEntry> entries;
  for (const auto& option : state_->options) {
    entries.push_back(option->help);
    entries.back().is_required = option->is_required;
  }
  HelpEntry config, help;
  config.names = "--config";
  config.placeholder = "FILE.toml";
  config.help = "options as key = value lines; the command line wins";
  help.names = "-h,--help";
  help.help = "this text";
  config.group = help.group = entries.empty() ? "Options" : entries.back().group;
  entries.push_back(config);
  entries.push_back(help);
  return render_help(state_->command, state_->summary, entries);
}

}  // namespace aufbau::cli
