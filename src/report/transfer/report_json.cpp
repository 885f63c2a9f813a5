#include "report/transfer/report_json.h"

#include <cmath>

#include "core/json_object.h"

namespace aufbau::report {
namespace {

/// JSON has no NaN: what is not known is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

template <class Item>
Json list_of(const std::vector<Item>& items);

Json json_of(const GraphonCells& graphon) {
  return {{"side", graphon.side}, {"values", numbers(graphon.values)}};
}

Json json_of(const TransferSet& set) {
  return {{"name", set.name},
          {"path", set.path},
          {"hash", set.hash},
          {"graphs", set.graphs},
          {"sampled", set.sampled},
          {"molecules", set.molecules},
          {"schema", set.schema},
          {"mean_nodes", number(set.mean_nodes)},
          {"deviation_nodes", number(set.deviation_nodes)},
          {"mean_degree", number(set.mean_degree)},
          {"deviation_degree", number(set.deviation_degree)}};
}

Json json_of(const MeasureOptions& measure) {
  return {{"bases", measure.bases},           {"parts", measure.parts},
          {"estimator", measure.estimator},   {"resolution", measure.resolution},
          {"node_types", measure.node_types}, {"compat", measure.compat},
          {"bootstrap", measure.bootstrap},   {"permutations", measure.permutations},
          {"level", number(measure.level)},   {"scores", measure.scores},
          {"model", measure.model},           {"sample", measure.sample}};
}

Json json_of(const TransferPart& part) {
  return {{"name", part.name}, {"graphs", part.graphs}, {"graphon", json_of(part.graphon)}};
}

Json json_of(const TransferBasis& basis) {
  return {{"name", basis.name}, {"parts", list_of(basis.parts)}, {"missing", basis.missing}};
}

Json json_of(const MotifScope& scope) {
  return {{"motif", scope.motif},
          {"mixture", number(scope.mixture)},
          {"target", number(scope.target)},
          {"bound", number(scope.bound)}};
}

Json json_of(const CompatNumbers& compat) {
  return {{"weights", numbers(compat.weights)},
          {"loss", number(compat.loss)},
          {"distance", number(compat.distance)}};
}

Json json_of(const TransferFit& fit) {
  Json distances = Json::object();
  for (const auto& [name, value] : fit.distances) distances[name] = number(value);
  return {{"basis", fit.basis},
          {"weights", numbers(fit.weights)},
          {"weights_low", numbers(fit.weights_low)},
          {"weights_high", numbers(fit.weights_high)},
          {"mixture", json_of(fit.mixture)},
          {"plug_in", number(fit.plug_in)},
          {"unbiased", number(fit.unbiased)},
          {"low", number(fit.low)},
          {"high", number(fit.high)},
          {"noise_floor", number(fit.noise_floor)},
          {"uniform", number(fit.uniform)},
          {"single", number(fit.single)},
          {"gromov_lower", number(fit.gromov_lower)},
          {"gromov_upper", number(fit.gromov_upper)},
          {"distances", distances},
          {"motifs", list_of(fit.motifs)},
          {"compat", fit.compat ? json_of(*fit.compat) : Json(nullptr)}};
}

Json json_of(const TransferTest& test) {
  return {{"source", test.source},
          {"distance", number(test.distance)},
          {"p_value", number(test.p_value)}};
}

Json json_of(const TransferScoreValue& score) {
  return {{"score", score.score},
          {"source", score.source},
          {"features", score.features},
          {"target", score.target},
          {"higher_is_closer", score.higher_is_closer},
          {"value", number(score.value)},
          {"itself", number(score.itself)},
          {"missing", score.missing}};
}

Json json_of(const NearestMolecule& pair) {
  return {{"smiles", pair.smiles},
          {"source", pair.source},
          {"nearest", pair.nearest},
          {"similarity", number(pair.similarity)}};
}

Json json_of(const TransferCoverage& coverage) {
  return {{"source", coverage.source},
          {"thresholds", numbers(coverage.thresholds)},
          {"shares", numbers(coverage.shares)}};
}

Json json_of(const ProbeGain& probe) {
  return {{"source", probe.source},
          {"metric", probe.metric},
          {"pretrained", numbers(probe.pretrained)},
          {"scratch", numbers(probe.scratch)},
          {"gain", number(probe.gain)},
          {"standard_error", number(probe.standard_error)},
          {"p_value", number(probe.p_value)},
          {"fingerprints", number(probe.fingerprints)},
          {"missing", probe.missing}};
}

Json json_of(const TransferVerdict& verdict) {
  return {{"answer", verdict.answer},
          {"lines", verdict.lines},
          {"sources", verdict.sources},
          {"score", verdict.score},
          {"gain", number(verdict.gain)},
          {"gain_low", number(verdict.gain_low)},
          {"gain_high", number(verdict.gain_high)}};
}

Json json_of(const TransferTarget& target) {
  return {{"set", json_of(target.set)},
          {"graphon", json_of(target.graphon)},
          {"fits", list_of(target.fits)},
          {"tests", list_of(target.tests)},
          {"scores", list_of(target.scores)},
          {"nearest", list_of(target.nearest)},
          {"farthest", list_of(target.farthest)},
          {"coverage", list_of(target.coverage)},
          {"probe", list_of(target.probe)},
          {"verdict", json_of(target.verdict)},
          {"notes", target.notes}};
}

template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item));
  return list;
}

}  // namespace

std::string report_json(const TransferReport& report) {
  const Json json = {{"format", kReportFormat},
                     {"format_version", 1},
                     {"version", report.version},
                     {"seed", report.seed},
                     {"measure", json_of(report.measure)},
                     {"study", report.study},
                     {"sources", list_of(report.sources)},
                     {"bases", list_of(report.bases)},
                     {"targets", list_of(report.targets)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace aufbau::report
