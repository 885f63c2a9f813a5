// Known answers: estimators of every set of graphs in graphon_estimators.h5.
#include <gtest/gtest.h>

#include "graphon_reference.h"
#include "graphs/graphon/alignment.h"
#include "graphs/graphon/estimators.h"
#include "graphs/graphon/largest_gap.h"
#include "graphs/graphon/resize.h"
#include "graphs/graphon/scale.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

class Estimators : public ::testing::Test {
 protected:
  const ReferenceFile file{"graphon_estimators.h5"};
  std::vector<std::string> sets() const {
    std::vector<std::string> names = file.groups("/");
    EXPECT_FALSE(names.empty());
    for (std::string& name : names) name = '/' + name;
    return names;
  }
};

TEST_F(Estimators, AlignAsTheReference) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    ASSERT_EQ(graphs.size(), file.attribute(name, "K"));
    std::vector<std::int32_t> order;
    Alignment alignment;
    for (std::int64_t g = 0; g < graphs.size(); ++g) {
      alignment.assign(graphs[g]);
      order.insert(order.end(), alignment.order().begin(), alignment.order().end());
    }
    EXPECT_EQ(order, file.ints(name + "/order")) << name;
    const BlockSizes sizes = block_sizes("test", graphs);
    EXPECT_EQ(sizes.max_nodes, file.attribute(name, "N"));
    EXPECT_EQ(sizes.side, file.attribute(name, "h"));
    EXPECT_EQ(sizes.blocks, file.attribute(name, "k"));
    expect_reference(file, name + "/padded_count", padded_count("test", graphs).cast<double>(), 0);
    expect_reference(file, name + "/p_b", block_weights(graphs, sizes.blocks), kReferenceTolerance);
    const GraphScale scale = graph_scale(graphs);
    expect_near(name + "/scale_stats",
                {scale.mean_nodes, scale.std_nodes, scale.mean_degree, scale.std_degree},
                file.doubles(name + "/scale_stats"), kReferenceTolerance);
  }
}

TEST_F(Estimators, SortAndSmooth) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    expect_reference(file, name + "/sas_hist", sort_and_smooth(graphs, {.tv_weight = 0}).values,
                     kReferenceTolerance);
    const std::vector<double> weights = file.doubles(name + "/sas_tv_weight");
    const std::vector<std::int32_t> sweeps = file.ints(name + "/sas_tv_sweeps");
    ASSERT_FALSE(weights.empty());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::vector<double> expected = reference_slice(file, name + "/sas_tv", i);
      // The first weight is h, what the estimator takes when it is given none.
      const Graphon got =
          sort_and_smooth(graphs, i == 0 ? SasOptions{} : SasOptions{.tv_weight = weights[i]});
      // A stopped iteration: its tolerance is looser than that of closed forms.
      expect_near(name + "/sas_tv", flat(got.values), expected, 1e-9);
      EXPECT_EQ(denoise_total_variation(sas_histogram(graphs), weights[i]).sweeps, sweeps[i]);
    }
  }
}

TEST_F(Estimators, RelativeRank) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    for (const std::int32_t resolution : {16, 32}) {
      const std::string suffix = "_R" + std::to_string(resolution);
      const Graphon got = relative_rank(graphs, {resolution, RankTies::by_number});
      expect_reference(file, name + "/robust" + suffix, got.values, kReferenceTolerance);
      expect_reference(file, name + "/robust_shape" + suffix, shape_of(got).values,
                       kReferenceTolerance);
    }
    expect_reference(file, name + "/robust_tieavg_R16", relative_rank(graphs, {16}).values,
                     kReferenceTolerance);
  }
}

TEST_F(Estimators, TypedRelativeRank) {
  std::size_t typed_sets = 0;
  for (const std::string& name : sets()) {
    if (!file.has(name + "/typed_R8")) continue;
    ++typed_sets;
    NodeClasses classes;
    classes.class_count = static_cast<std::int32_t>(file.shape(name + "/typed_R8").at(0));
    for (std::int32_t c = 0; c < classes.class_count; ++c) classes.class_of_code.push_back(c);
    const GraphSet graphs = graphs_of_group(file, name, classes.class_count);
    const TypedGraphon got = typed_relative_rank(graphs, classes, {8, RankTies::by_number});
    expect_near(name + "/typed_R8", got.values, file.doubles(name + "/typed_R8"),
                kReferenceTolerance);
    expect_reference(file, name + "/robust_R8", got.sum().values, kReferenceTolerance);
  }
  EXPECT_GT(typed_sets, 0u);
}

TEST_F(Estimators, LargestGap) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    const LargestGap got = largest_gap_blocks(graphs);
    EXPECT_EQ(std::vector<std::int32_t>(got.cuts.begin(), got.cuts.end()),
              file.ints(name + "/lg/cuts"))
        << name;
    expect_reference(file, name + "/lg/block_mean", got.block_mean, kReferenceTolerance);
    expect_reference(file, name + "/lg/step", projected(largest_gap(graphs), got.max_nodes),
                     kReferenceTolerance);
  }
}

TEST_F(Estimators, SingularValueThresholding) {
  std::size_t compared = 0;
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    const std::vector<double> thresholds = file.doubles(name + "/usvt/threshold"),
                              margins = file.doubles(name + "/usvt/margin");
    const std::vector<std::int32_t> kept = file.ints(name + "/usvt/kept");
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      const LowRank got = usvt(graphs, {thresholds[i]});
      EXPECT_NEAR(got.margin, margins[i], 1e-9) << name;
      if (margins[i] <= 1e-9) continue;  // rounding decides what is kept
      ++compared;
      EXPECT_EQ(got.rank, kept[i]) << name;
      expect_near(name + "/usvt/step", flat(got.graphon.values),
                  reference_slice(file, name + "/usvt/step", i), 1e-9);
    }
  }
  EXPECT_GT(compared, 0u);
}

TEST_F(Estimators, MatrixCompletion) {
  std::size_t compared = 0;
  for (const std::string& name : sets()) {
    const LowRank got = matrix_completion(graphs_of_group(file, name));
    EXPECT_EQ(got.rank, file.attribute(name + "/mc", "rank")) << name;
    if (file.attribute(name + "/mc", "gap") <= 1e-9) continue;  // the subspace is not determined
    ++compared;
    expect_reference(file, name + "/mc/step", got.graphon.values, 1e-9);
  }
  EXPECT_GT(compared, 0u);
}

TEST_F(Estimators, StochasticBlocks) {
  std::size_t compared = 0;
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    for (const std::string& child : file.groups(name)) {
      if (!child.starts_with("sba_")) continue;
      const std::string group = name + '/' + child;
      const double margin = file.attribute(group, "margin");
      if (margin <= 1e-9) continue;  // rounding decides the blocks
      const StochasticBlocks got = stochastic_blocks(
          graphs, {file.attribute(group, "threshold"), file.ints(group + "/visit")});
      EXPECT_EQ(got.labels, file.ints(group + "/labels")) << group;
      EXPECT_EQ(got.pivots, file.ints(group + "/pivots")) << group;
      expect_reference(file, group + "/block_mean", got.block_mean, kReferenceTolerance);
      if (std::isfinite(margin)) {
        EXPECT_NEAR(got.margin, margin, kReferenceTolerance) << group;
      }
      ++compared;
    }
  }
  EXPECT_GT(compared, 0u);
}

/// The barycentre that a group `<name>_o<outer>_i<inner>` holds.
Barycentre barycentre_of_group(const ReferenceFile& file, const std::string& group,
                               const GraphSet& graphs) {
  BarycentreOptions options;
  options.outer = static_cast<std::int32_t>(file.attribute(group, "outer"));
  options.inner = static_cast<std::int32_t>(file.attribute(group, "inner"));
  options.beta = file.attribute(group, "beta");
  options.fused = file.attribute(group, "gamma");
  options.smoothness = std::max(0.0, file.attribute(group, "alpha"));
  options.exact_smoothing = file.attribute(group, "exact") != 0;
  const BarycentreKind kind{options.fused != 1, file.attribute(group, "alpha") >= 0};
  return barycentre(graphs, options, kind);
}

TEST_F(Estimators, Barycentres) {
  std::size_t compared = 0;
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    for (const std::string& child : file.groups(name)) {
      const std::string group = name + '/' + child;
      if (!file.has(group + "/unclipped")) continue;
      if (file.attribute(group, "reproducible") == 0) continue;
      ++compared;
      const Barycentre got = barycentre_of_group(file, group, graphs);
      const std::vector<double> expected = file.doubles(group + "/unclipped");
      // Before clipping, numbers can be large: relative for those.
      expect_near(group, flat(got.unclipped), expected, 1e-8 * std::max(1.0, largest(expected)));
      expect_reference(file, group + "/step", got.graphon.values, 1e-8);
    }
  }
  EXPECT_GT(compared, 0u);
}

/// Added to the names of estimates that the order of the graphs changes.
const std::string kNotReproducible = " (not reproducible)";

/// Step functions of every estimator that `truth_error` names, [n, n] each.
std::map<std::string, Matrix> all_estimates(const ReferenceFile& file, const std::string& name,
                                            const GraphSet& graphs) {
  const auto with = [](const char* prefix, double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%s_%g", prefix, value);
    return std::string(text);
  };
  std::map<std::string, Matrix> estimates;
  estimates["sas_hist"] = sas_histogram(graphs);
  estimates["sas_tv_compat"] = sort_and_smooth(graphs).values;
  for (const double weight : file.doubles(name + "/sas_tv_weight"))
    estimates[with("sas_tv", weight)] = sort_and_smooth(graphs, {weight}).values;
  estimates["lg"] = projected(largest_gap(graphs), block_sizes("test", graphs).max_nodes);
  for (const double threshold : file.doubles(name + "/usvt/threshold"))
    estimates[with("usvt", threshold)] = usvt(graphs, {threshold}).graphon.values;
  estimates["mc"] = matrix_completion(graphs).graphon.values;
  for (const std::int32_t resolution : {16, 32})
    estimates["robust_R" + std::to_string(resolution)] =
        relative_rank(graphs, {resolution, RankTies::by_number}).values;
  for (const std::string& child : file.groups(name)) {
    const std::string group = name + '/' + child;
    if (child.starts_with("sba_") && file.text_attribute(group, "order") == "ascending") {
      const double threshold = file.attribute(group, "threshold");
      estimates[with("sba", threshold)] =
          stochastic_blocks(graphs, {threshold, {}}).graphon().values;
    }
    if (!file.has(group + "/unclipped")) continue;
    const bool is_reproducible = file.attribute(group, "reproducible") != 0;
    estimates[child + (is_reproducible ? std::string() : kNotReproducible)] =
        barycentre_of_group(file, group, graphs).graphon.values;
  }
  return estimates;
}

TEST_F(Estimators, MissTheTruthByAsMuchAsTheReference) {
  std::size_t compared = 0;
  for (const std::string& name : sets()) {
    if (!file.has(name + "/truth_error")) continue;
    const std::vector<std::string> names = file.strings(name + "/truth_error/estimator");
    const std::vector<double> errors = file.doubles(name + "/truth_error/mse_r100");
    const std::string truth = file.text_attribute(name, "truth");
    constexpr Eigen::Index kCells = 100;
    const Matrix expected = formula_at_cells(truth, kCells);
    const auto estimates = all_estimates(file, name, graphs_of_group(file, name));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (estimates.contains(names[i] + kNotReproducible)) continue;
      ASSERT_TRUE(estimates.contains(names[i])) << names[i];
      const Matrix wide = bilinear_resize(estimates.at(names[i]), kCells, kCells);
      EXPECT_NEAR((wide - expected).squaredNorm() / (kCells * kCells), errors[i], 1e-8)
          << name << ' ' << names[i];
      ++compared;
    }
  }
  EXPECT_GT(compared, 0u);
}

}  // namespace
}  // namespace aufbau::graphs
