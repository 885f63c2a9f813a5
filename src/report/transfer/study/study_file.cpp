#include "report/transfer/study/study_file.h"

#include <algorithm>
#include <cmath>

#include "core/json_object.h"
#include "core/text.h"
#include "store/atomic_file.h"

namespace aufbau::report {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kLargestFile = std::size_t{1} << 28;
constexpr const char* kRemedy = "; get the file again, or make the study anew";

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// ---- writing

/// JSON has no NaN: what is not defined is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

Json json_of(const MeasureOptions& options) {
  return {{"bases", options.bases},           {"parts", options.parts},
          {"estimator", options.estimator},   {"resolution", options.resolution},
          {"node_types", options.node_types}, {"compat", options.compat},
          {"bootstrap", options.bootstrap},   {"permutations", options.permutations},
          {"level", options.level},           {"scores", options.scores},
          {"model", options.model},           {"sample", options.sample}};
}

Json json_of(const ProbeOptions& options) {
  return {{"objective", options.objective},
          {"encoder",
           {{"encoder", options.encoder.encoder},
            {"layers", options.encoder.layers},
            {"width", options.encoder.width},
            {"jk", options.encoder.jk},
            {"dropout", options.encoder.dropout}}},
          {"molecules", options.molecules},
          {"pretrain_epochs", options.pretrain_epochs},
          {"finetune_epochs", options.finetune_epochs},
          {"pretrain_batch_size", options.pretrain_batch_size},
          {"finetune_batch_size", options.finetune_batch_size},
          {"split", options.split},
          {"pooling", options.pooling},
          {"seeds", options.seeds}};
}

Json json_of(const ProbeGain& gain) {
  return {{"source", gain.source},
          {"metric", gain.metric},
          {"pretrained", numbers(gain.pretrained)},
          {"scratch", numbers(gain.scratch)},
          {"gain", number(gain.gain)},
          {"standard_error", number(gain.standard_error)},
          {"p_value", number(gain.p_value)},
          {"fingerprints", number(gain.fingerprints)},
          {"missing", gain.missing}};
}

Json json_of(const TransferScoreValue& value) {
  return {{"score", value.score},
          {"source", value.source},
          {"features", value.features},
          {"target", value.target},
          {"higher_is_closer", value.higher_is_closer},
          {"value", number(value.value)},
          {"itself", number(value.itself)},
          {"missing", value.missing}};
}

Json json_of(const StudyPair& pair) {
  Json scores = Json::array();
  for (const TransferScoreValue& value : pair.scores) scores.push_back(json_of(value));
  return {{"source", pair.source},
          {"target", pair.target},
          {"gain", json_of(pair.gain)},
          {"scores", scores}};
}

Json json_of(const StudyScore& score) {
  return {{"score", score.score},
          {"features", score.features},
          {"pairs", score.pairs},
          {"spearman", number(score.spearman)},
          {"spearman_low", number(score.spearman_low)},
          {"spearman_high", number(score.spearman_high)},
          {"kendall", number(score.kendall)},
          {"kendall_low", number(score.kendall_low)},
          {"kendall_high", number(score.kendall_high)},
          {"within", number(score.within)}};
}

Json json_of(const TransferStudy& study) {
  Json pairs = Json::array(), scores = Json::array();
  for (const StudyPair& pair : study.pairs) pairs.push_back(json_of(pair));
  for (const StudyScore& score : study.scores) scores.push_back(json_of(score));
  return {{"format", kStudyFormat},
          {"format_version", kVersion},
          {"version", study.version},
          {"command", study.command},
          {"hash", study.hash},
          {"sources", study.sources},
          {"targets", study.targets},
          {"seed", study.seed},
          {"measure", json_of(study.measure)},
          {"probe", json_of(study.probe)},
          {"pairs", pairs},
          {"scores", scores},
          {"notes", study.notes}};
}

std::string hash_of(Json json) {
  json.erase("hash");
  return sha256_hex(dump(json));
}

// ---- reading

bool truth(const JsonObject& object, const char* key) {
  if (!object.at(key).is_boolean()) object.complain("'", key, "' is not true or false");
  return object.at(key).get<bool>();
}

int whole(const JsonObject& object, const char* key, int least) {
  return static_cast<int>(object.integer(key, least, INT32_MAX));
}

std::uint64_t seed_in(const JsonObject& object, const Json& value) {
  if (!value.is_number_unsigned()) object.complain("a seed is ", value.dump());
  return value.get<std::uint64_t>();
}

MeasureOptions measure_of(const Json& json, const std::string& where) {
  const JsonObject object(json, ErrorKind::input, where + ": measure",
                          {"bases", "parts", "estimator", "resolution", "node_types", "compat",
                           "bootstrap", "permutations", "level", "scores", "model", "sample"});
  MeasureOptions options;
  options.bases = object.texts("bases");
  options.parts = whole(object, "parts", 1);
  options.estimator = object.text("estimator");
  options.resolution = whole(object, "resolution", 1);
  options.node_types = whole(object, "node_types", 0);
  options.compat = truth(object, "compat");
  options.bootstrap = whole(object, "bootstrap", 0);
  options.permutations = whole(object, "permutations", 0);
  options.level = object.number("level");
  if (!(options.level > 0 && options.level < 1)) object.complain("'level' is not between 0 and 1");
  options.scores = object.texts("scores");
  options.model = object.text("model");
  options.sample = object.integer("sample", 0, INT64_MAX);
  return options;
}

ProbeOptions probe_of(const Json& json, const std::string& where) {
  const JsonObject object(
      json, ErrorKind::input, where + ": probe",
      {"objective", "encoder", "molecules", "pretrain_epochs", "finetune_epochs",
       "pretrain_batch_size", "finetune_batch_size", "split", "pooling", "seeds"});
  const JsonObject encoder(object.at("encoder"), ErrorKind::input, where + ": encoder",
                           {"encoder", "layers", "width", "jk", "dropout"});
  ProbeOptions options;
  options.objective = object.text("objective");
  options.encoder.encoder = encoder.text("encoder");
  options.encoder.layers = whole(encoder, "layers", 1);
  options.encoder.width = whole(encoder, "width", 1);
  options.encoder.jk = encoder.text("jk");
  options.encoder.dropout = encoder.number("dropout");
  options.molecules = object.integer("molecules", 0, INT64_MAX);
  options.pretrain_epochs = whole(object, "pretrain_epochs", 1);
  options.finetune_epochs = whole(object, "finetune_epochs", 1);
  options.pretrain_batch_size = whole(object, "pretrain_batch_size", 1);
  options.finetune_batch_size = whole(object, "finetune_batch_size", 1);
  options.split = object.text("split");
  options.pooling = object.text("pooling");
  options.seeds.clear();
  for (const Json& seed : object.array("seeds")) options.seeds.push_back(seed_in(object, seed));
  if (options.seeds.empty()) object.complain("'seeds' is empty");
  return options;
}

ProbeGain gain_of(const Json& json, const std::string& where) {
  const JsonObject object(json, ErrorKind::input, where + ": gain",
                          {"source", "metric", "pretrained", "scratch", "gain", "standard_error",
                           "p_value", "fingerprints", "missing"});
  ProbeGain gain;
  gain.source = object.text("source");
  gain.metric = object.text("metric");
  gain.pretrained = object.numbers_or_nan("pretrained");
  gain.scratch = object.numbers_or_nan("scratch");
  if (gain.pretrained.size() != gain.scratch.size())
    object.complain(gain.pretrained.size(), " scores with pretraining, but ", gain.scratch.size(),
                    " without");
  gain.gain = object.number_or_nan("gain");
  gain.standard_error = object.number_or_nan("standard_error");
  gain.p_value = object.number_or_nan("p_value");
  gain.fingerprints = object.number_or_nan("fingerprints");
  gain.missing = object.text("missing");
  if (std::isnan(gain.gain) == gain.missing.empty())
    object.complain("expected either a gain or the reason why there is none");
  return gain;
}

TransferScoreValue score_value_of(const Json& json, const std::string& where) {
  const JsonObject object(
      json, ErrorKind::input, where + ": score",
      {"score", "source", "features", "target", "higher_is_closer", "value", "itself", "missing"});
  TransferScoreValue value;
  value.score = object.text("score");
  value.source = object.text("source");
  value.features = object.text("features");
  value.target = object.text("target");
  value.higher_is_closer = truth(object, "higher_is_closer");
  value.value = object.number_or_nan("value");
  value.itself = object.number_or_nan("itself");
  value.missing = object.text("missing");
  return value;
}

StudyPair pair_of(const Json& json, const std::string& where) {
  const JsonObject object(json, ErrorKind::input, where + ": pair",
                          {"source", "target", "gain", "scores"});
  StudyPair pair;
  pair.source = object.text("source");
  pair.target = object.text("target");
  pair.gain = gain_of(object.at("gain"), where);
  for (const Json& value : object.array("scores"))
    pair.scores.push_back(score_value_of(value, where));
  return pair;
}

StudyScore study_score_of(const Json& json, const std::string& where) {
  const JsonObject object(json, ErrorKind::input, where + ": correlation",
                          {"score", "features", "pairs", "spearman", "spearman_low",
                           "spearman_high", "kendall", "kendall_low", "kendall_high", "within"});
  StudyScore score;
  score.score = object.text("score");
  score.features = object.text("features");
  score.pairs = whole(object, "pairs", 0);
  const auto correlation = [&](const char* key) {
    const double value = object.number_or_nan(key);
    if (std::abs(value) > 1) object.complain("'", key, "' is not from -1 to 1: ", value);
    return value;
  };
  score.spearman = correlation("spearman");
  score.spearman_low = correlation("spearman_low");
  score.spearman_high = correlation("spearman_high");
  score.kendall = correlation("kendall");
  score.kendall_low = correlation("kendall_low");
  score.kendall_high = correlation("kendall_high");
  score.within = correlation("within");
  return score;
}

/// Every source with every target, once, target by target; and its own gain and scores.
void check_pairs(const TransferStudy& study, const JsonObject& object) {
  const std::size_t expected = study.sources.size() * study.targets.size();
  if (expected == 0 || study.pairs.size() != expected)
    object.complain(study.pairs.size(), " pairs, expected one for each of ", study.sources.size(),
                    " sources and ", study.targets.size(), " targets");
  for (std::size_t i = 0; i < expected; ++i) {
    const StudyPair& pair = study.pairs[i];
    const std::string& source = study.sources[i % study.sources.size()];
    const std::string& target = study.targets[i / study.sources.size()];
    const bool is_of_source =
        pair.gain.source == source &&
        std::all_of(pair.scores.begin(), pair.scores.end(),
                    [&](const TransferScoreValue& value) { return value.source == source; });
    if (pair.source != source || pair.target != target || !is_of_source)
      object.complain("pair ", i + 1, " is of ", pair.source, " and ", pair.target,
                      ", or what it holds is not; expected ", source, " and ", target);
  }
}

TransferStudy study_of(const Json& json, const std::string& path) {
  const JsonObject object(json, ErrorKind::input, path,
                          {"format", "format_version", "version", "command", "hash", "sources",
                           "targets", "seed", "measure", "probe", "pairs", "scores", "notes"});
  TransferStudy study;
  study.version = object.text("version");
  study.command = object.text("command");
  study.hash = object.text("hash");
  study.sources = object.texts("sources");
  study.targets = object.texts("targets");
  study.seed = seed_in(object, object.at("seed"));
  study.measure = measure_of(object.at("measure"), path);
  study.probe = probe_of(object.at("probe"), path);
  for (const Json& pair : object.array("pairs")) study.pairs.push_back(pair_of(pair, path));
  for (const Json& score : object.array("scores"))
    study.scores.push_back(study_score_of(score, path));
  study.notes = object.texts("notes");
  check_pairs(study, object);
  return study;
}

}  // namespace

std::string study_json(const TransferStudy& study) { return dump(json_of(study)); }

std::string study_hash(const TransferStudy& study) { return hash_of(json_of(study)); }

TransferStudy read_study(const std::string& path) {
  const Json json = Json::parse(store::read_file(path, kLargestFile), nullptr, false);
  if (json.is_discarded())
    fail(ErrorKind::input, path, "not JSON: cut off or damaged, if it was a study", kRemedy);
  const auto text_or_empty = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string()
               ? json[key].get<std::string>()
               : std::string();
  };
  if (text_or_empty("format") != kStudyFormat)
    fail(ErrorKind::mismatch, path,
         "this is not a study; give the study.json that `aufbau transfer study` writes");
  if (!json.contains("format_version") || json["format_version"] != kVersion)
    fail(ErrorKind::mismatch, path, "format version ",
         json.contains("format_version") ? json["format_version"].dump() : "missing",
         ", this program reads ", kVersion,
         "; use the program that wrote it, or make the study anew");
  if (text_or_empty("hash") != hash_of(json))
    fail(ErrorKind::input, path, "the content does not fit its hash: it was changed or damaged",
         kRemedy);
  return study_of(json, path);
}

}  // namespace aufbau::report
