#include "report/transfer/example_reports.h"

#include <cmath>

namespace aufbau::testing {
namespace {

/// Falls from the top left, where the nodes of many neighbours are.
GraphonCells falling_graphon(int side, double height, double steepness) {
  GraphonCells graphon{side, {}};
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column)
      graphon.values.push_back(height * std::exp(-steepness * (row + column) / side) *
                               (1 + 0.3 * std::cos(0.9 * row) * std::cos(0.9 * column)));
  return graphon;
}

TransferSet molecule_set(const std::string& name, std::int64_t graphs, double nodes) {
  return {name,
          "data/" + name + ".h5",
          std::string(40, '3') + name,
          graphs,
          std::min<std::int64_t>(graphs, 5000),
          true,
          "hu2",
          nodes,
          7.4,
          2.13,
          0.055};
}

void add_parts(TransferBasis& basis, const std::vector<std::string>& names, double height) {
  for (std::size_t i = 0; i < names.size(); ++i)
    basis.parts.push_back({names[i], 20011 + 1307 * static_cast<std::int64_t>(i),
                           falling_graphon(16, height * (0.6 + 0.2 * static_cast<double>(i)),
                                           2 + 0.5 * static_cast<double>(i))});
}

TransferFit fit(const std::string& basis, const std::vector<double>& weights, double distance) {
  TransferFit fit;
  fit.basis = basis;
  fit.weights = weights;
  for (const double weight : weights) {
    fit.weights_low.push_back(std::max(0.0, weight - 0.08));
    fit.weights_high.push_back(std::min(1.0, weight + 0.11));
  }
  fit.mixture = falling_graphon(16, 0.31, 2.4);
  fit.plug_in = distance + 0.000021;
  fit.unbiased = distance;
  fit.low = distance - 0.000034;
  fit.high = distance + 0.000047;
  fit.noise_floor = 0.0000312;
  fit.uniform = distance * 2.71;
  fit.single = distance * 1.43;
  fit.gromov_lower = distance * 0.37;
  fit.gromov_upper = distance * 0.94;
  fit.distances = {{"gw", 0.01234}, {"gw-kl", 0.0345}, {"gw-lower-spectral", 0.0077}};
  const char* motifs[] = {"edge", "wedge", "triangle", "cycle4", "star3", "star4", "K4", "path4"};
  const double densities[] = {0.0813,  0.00874,  0.000113, 0.000942,
                              0.00121, 0.000187, 1.2e-9,   0.00104};
  const double edges[] = {1, 2, 3, 4, 3, 4, 6, 3};
  for (int i = 0; i < 8; ++i)
    fit.motifs.push_back(
        {motifs[i], densities[i] * 1.04, densities[i], edges[i] * std::sqrt(distance) / 4});
  return fit;
}

TransferScoreValue score(const std::string& name, const std::string& source, bool higher,
                         double value, double itself, const std::string& features = "") {
  return {name, source, features, "", higher, value, itself, ""};
}

}  // namespace

TransferReport molecule_report() {
  TransferReport report;
  report.version = "0.1.0";
  report.seed = 7;
  report.study = "5f1d7a84e994b3c2";
  report.measure.model = "run/model.safetensors";
  report.measure.compat = true;
  report.sources = {molecule_set("zinc", 249456, 23.2), molecule_set("chembl", 456331, 28.6)};
  report.bases = {{"topo", {}, ""}, {"domain", {}, ""}, {"integr", {}, ""}};
  add_parts(report.bases[0], {"topology 1", "topology 2", "topology 3", "topology 4", "topology 5"},
            0.35);
  add_parts(report.bases[1], {"zinc", "chembl"}, 0.3);
  add_parts(report.bases[2], {"all sources"}, 0.4);

  TransferTarget target;
  target.set = molecule_set("bbbp", 2039, 24.1);
  target.graphon = falling_graphon(16, 0.33, 2.3);
  target.fits = {fit("topo", {0.41, 0.0, 0.27, 0.32, 0.0}, 0.000071),
                 fit("domain", {0.36, 0.64}, 0.000184), fit("integr", {1.0}, 0.000213)};
  target.fits[0].compat = CompatNumbers{{0.31, 0.11, 0.22, 0.25, 0.11}, -0.0000132, 0.01871};
  target.tests = {{"zinc", 0.000391, 0.001}, {"chembl", 0.000176, 0.014}};
  for (const auto& [source, shift] :
       {std::pair<std::string, double>{"zinc", 0.0}, {"chembl", 1.0}}) {
    target.scores.push_back(
        score("frechet", source, false, 31.2 - 9.6 * shift, 2.83, "embeddings"));
    target.scores.push_back(
        score("mmd-rbf", source, false, 0.0713 - 0.024 * shift, 0.0004, "embeddings"));
    target.scores.push_back(
        score("mmd-tanimoto", source, false, 0.0211 - 0.0096 * shift, -0.0001, "fingerprints"));
    target.scores.push_back(
        score("nearest-tanimoto", source, true, 0.438 + 0.157 * shift, 0.467, "fingerprints"));
    target.scores.push_back(
        score("tanimoto-coverage", source, true, 0.571 + 0.264 * shift, 0.602, "fingerprints"));
    target.scores.push_back(score("scaffold-coverage", source, true, 0.334 + 0.287 * shift, 0.481));
    target.scores.push_back(score("tree-movers", source, false, 143.2 - 12.1 * shift, 101.7));
    target.scores.push_back(score("egi", source, false, 0.713 + 0.012 * shift, 0.701));
    target.scores.push_back(score("graph-statistics", source, false, 0.241 - 0.062 * shift, 0.031));
    TransferScoreValue gradient = score("principal-gradient", source, false, kUnknown, kUnknown);
    gradient.missing = "the sources have no labels";
    target.scores.push_back(gradient);
  }
  TransferScoreValue logme = score("logme-classes", "", true, -0.4137, kUnknown, "embeddings");
  logme.target = "p_np";
  target.scores.push_back(logme);
  logme.score = "h-score";
  logme.value = 0.187;
  target.scores.push_back(logme);
  target.nearest = {
      {"CC(=O)Oc1ccccc1C(=O)O", "chembl", "CC(=O)Oc1ccccc1C(=O)O", 1},
      {"CN1CCC[C@H]1c1cccnc1", "chembl", "CN1CCCC1c1cccnc1", 0.864},
      {"CC(C)NCC(O)COc1ccc(CC(N)=O)cc1", "zinc", "CC(C)NCC(O)COc1ccc(CCO)cc1", 0.712}};
  target.farthest = {
      {"[O-][N+](=O)c1ccc(cc1)S(=O)(=O)N=[N+]=[N-]", "chembl", "O=S(=O)(O)c1ccc(Cl)cc1", 0.207},
      {"FC(F)(F)C(Cl)Br", "zinc", "FC(F)(F)CCl", 0.263},
      {"O=C1N(C)C(=O)N(C)c2ncn(CC(O)CN3CCN(CC3)c3ccccc3)c12", "zinc", "Cn1cnc2c1c(=O)[nH]c(=O)n2C",
       0.291}};
  for (const auto& [source, half] :
       {std::pair<std::string, double>{"zinc", 0.43}, {"chembl", 0.58}}) {
    TransferCoverage coverage{source, {}, {}};
    for (int i = 2; i <= 20; ++i) {
      coverage.thresholds.push_back(0.05 * i);
      coverage.shares.push_back(1 / (1 + std::exp((0.05 * i - half) / 0.08)));
    }
    target.coverage.push_back(coverage);
  }
  target.probe = {{"zinc",
                   "roc-auc",
                   {0.681, 0.692, 0.674},
                   {0.672, 0.665, 0.69},
                   0.667,
                   0.913,
                   0.541,
                   0.712,
                   ""},
                  {"chembl",
                   "roc-auc",
                   {0.701, 0.706, 0.697},
                   {0.672, 0.665, 0.69},
                   2.567,
                   0.841,
                   0.093,
                   0.712,
                   ""}};
  target.verdict = {"promising",
                    {"Promising: chembl is near the target, in structure and in chemistry.",
                     "Use chembl; zinc adds little (weight 0.36 of the domain mixture).",
                     "Fairly sure: the distance is 2.3 times the noise floor, and the study's "
                     "correlation with gain is 0.46 (0.21 to 0.66)."},
                    {"chembl", "zinc"},
                    "nearest-tanimoto",
                    1.83,
                    0.21,
                    3.37};
  target.notes = {
      "The bootstrap draws graphs, not scaffolds: molecules of one series are not "
      "independent, and the intervals are somewhat too narrow."};
  report.targets = {target};
  return report;
}

TransferReport network_report() {
  TransferReport report;
  report.version = "0.1.0";
  const auto network = [](const std::string& name, std::int64_t graphs) {
    TransferSet set = molecule_set(name, graphs, 112.3);
    set.molecules = false;
    set.schema = "network";
    return set;
  };
  report.sources = {network("imdb", 896), network("dblp", 317)};
  report.bases = {{"topo", {}, "fewer graphs than parts"}, {"domain", {}, ""}};
  add_parts(report.bases[1], {"imdb", "dblp"}, 0.8);
  TransferTarget target;
  target.set = network("usa-airport", 1190);
  target.graphon = falling_graphon(16, 0.7, 3);
  target.fits = {fit("domain", {0.83, 0.17}, 0.0213)};
  target.tests = {{"imdb", 0.0312, 0.001}, {"dblp", 0.0471, 0.001}};
  for (const char* source : {"imdb", "dblp"}) {
    target.scores.push_back(score("egi", source, false, source[0] == 'i' ? 0.91 : 1.03, 0.72));
    TransferScoreValue missing =
        score("nearest-tanimoto", source, true, kUnknown, kUnknown, "fingerprints");
    missing.missing = "needs fingerprints of the source, and there are none";
    target.scores.push_back(missing);
  }
  target.verdict.answer = "unpromising";
  target.verdict.lines = {"Not promising: the sources are wired differently.",
                          "None of the sources stands out.",
                          "Sure of the distance; unsure what it means without a study."};
  target.verdict.sources = {"imdb", "dblp"};
  target.verdict.score = "egi";
  report.targets = {target};
  return report;
}

TransferReport hostile_report() {
  const std::string bad = "<script>alert('x')</script>\"&\xFF\xC3(\xED\xA0\x80\x01\xE2\x80\xAE<b>";
  TransferReport report;
  report.version = bad;
  report.study = bad;
  report.measure.bases = {bad};
  report.measure.scores = {bad};
  report.measure.estimator = report.measure.model = bad;
  report.measure.level = kUnknown;
  TransferSet set;
  set.name = set.path = set.hash = set.schema =
      bad + "/a-very-long-name-without-any-place-to-break-it-" + std::string(200, 'x');
  set.molecules = true;
  set.mean_nodes = set.deviation_nodes = set.mean_degree = set.deviation_degree = kUnknown;
  report.sources = {set, set};
  GraphonCells broken{3, {1, 2}}, unknown{2, {kUnknown, 0.5, -1, HUGE_VAL}};
  report.bases = {{bad, {{bad, -1, broken}, {bad, 0, unknown}, {bad, 1, {}}}, ""},
                  {"topo", {}, bad}};
  TransferTarget target;
  target.set = set;
  target.graphon = unknown;
  TransferFit none;
  none.basis = bad;
  none.weights = {kUnknown};
  none.weights_low = {kUnknown, 1, 2, 3, 4, 5};
  none.distances = {{bad, kUnknown}};
  none.motifs = {{bad, kUnknown, kUnknown, kUnknown}, {"star3", kUnknown, 0.1, HUGE_VAL}};
  none.compat = CompatNumbers{};
  target.fits = {none, none, {}};
  target.tests = {{bad, kUnknown, kUnknown}, {set.name, -HUGE_VAL, 2}};
  TransferScoreValue value = score(bad, set.name, true, kUnknown, kUnknown, bad);
  value.target = value.missing = bad;
  target.scores = {value, value};
  value.source.clear();
  target.scores.push_back(value);
  value = score("frechet", "a source that the report does not list", false, HUGE_VAL, 0);
  target.scores.push_back(value);
  target.nearest = {{bad, bad, "C1CC", kUnknown}, {"", "", "", 2}};
  target.farthest = {{"C", bad, bad, kUnknown}};
  target.coverage = {{bad, {0.1, kUnknown, 0.5}, {kUnknown, 1}},
                     {set.name, {}, {}},
                     {bad, {0.2, 0.4, 0.9}, {7, -3, kUnknown}}};
  ProbeGain probe;
  probe.source = probe.metric = probe.missing = bad;
  target.probe = {probe};
  probe.gain = 1;
  target.probe.push_back(probe);
  target.verdict.answer = bad;
  target.verdict.lines = {bad};
  target.verdict.sources = {bad, bad};
  target.verdict.score = bad;
  target.verdict.gain = 1;
  target.notes = {bad};
  report.targets = {target, {}};
  return report;
}

TransferReport large_report() {
  TransferReport report = molecule_report();
  const TransferTarget first = report.targets[0];
  report.sources.clear();
  report.targets.clear();
  report.bases[1].parts.clear();
  std::vector<std::string> names;
  for (int s = 0; s < 20; ++s) names.push_back("vendor_catalogue_" + std::to_string(s + 1));
  for (const std::string& name : names) report.sources.push_back(molecule_set(name, 50000, 22.5));
  add_parts(report.bases[1], names, 0.2);
  const char* answers[] = {"promising", "uncertain", "unpromising"};
  for (int t = 0; t < 8; ++t) {
    TransferTarget target = first;
    target.set = molecule_set("target_" + std::to_string(t + 1), 900 + 700 * t, 20 + t);
    target.fits[1] = fit("domain", std::vector<double>(20, 0.05), 0.00021);
    target.tests.clear();
    target.scores.clear();
    target.coverage.clear();
    for (int s = 0; s < 20; ++s) {
      const std::string& name = names[static_cast<std::size_t>(s)];
      target.tests.push_back({name, 0.0001 * (s + 1 + t), 0.001 * (s + 1)});
      for (const char* known : {"frechet", "nearest-tanimoto", "scaffold-coverage", "egi"})
        target.scores.push_back(score(known, name, known[0] == 'n' || known[0] == 's',
                                      0.3 + 0.02 * ((7 * s + t) % 20), 0.45));
      TransferCoverage coverage = first.coverage[0];
      coverage.source = name;
      for (double& share : coverage.shares) share = std::pow(share, 0.4 + 0.15 * s);
      target.coverage.push_back(coverage);
    }
    target.verdict.answer = answers[t % 3];
    target.verdict.sources = {names[3], names[11], names[0]};
    report.targets.push_back(target);
  }
  return report;
}

}  // namespace aufbau::testing
