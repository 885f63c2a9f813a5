#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/parallel.h"
#include "graphs/scores/fingerprints.h"
#include "molecules/molecule.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/selection_sets.h"

namespace aufbau::report {
namespace {

/// Chains, rings and their ethers: many that are alike, some equally.
std::vector<std::string> source_smiles() {
  std::vector<std::string> smiles;
  for (int length = 1; length <= 12; ++length) {
    const std::string chain(static_cast<std::size_t>(length), 'C');
    for (const char* end : {"", "O", "N", "c1ccccc1", "C(=O)O", "C1CCCC1"})
      smiles.push_back(chain + end);
  }
  return smiles;
}
const std::vector<std::string> kTarget = {"CCCCCCO", "CCCc1ccccc1", "CCCCCCO", "OCc1ccncc1",
                                          "CCCCC(=O)O"};

std::vector<data::Dataset> two_sources() {
  const std::vector<std::string> all = source_smiles();
  const auto middle = all.begin() + 30;
  std::vector<data::Dataset> sources;
  sources.emplace_back(molecule_content({all.begin(), middle}), "first.h5");
  sources.emplace_back(molecule_content({middle, all.end()}), "second.h5");
  return sources;
}

graphs::Fingerprints fingerprints_of(const std::vector<std::string>& smiles) {
  graphs::Fingerprints fingerprints;
  for (const std::string& one : smiles)
    fingerprints.append(
        molecules::morgan_bits(std::get<molecules::Molecule>(molecules::parse_smiles(one))));
  return fingerprints;
}

/// The similarities to one target molecule, the largest first.
std::vector<double> similarities(std::int64_t target, const std::vector<std::int64_t>& chosen) {
  const graphs::Fingerprints of_source = fingerprints_of(source_smiles());
  const graphs::Fingerprints of_target = fingerprints_of(kTarget);
  std::vector<double> result;
  for (const std::int64_t i : chosen)
    result.push_back(graphs::tanimoto(of_source, i, of_target, target));
  std::sort(result.rbegin(), result.rend());
  return result;
}

std::vector<std::int64_t> places_of(const Selection& selection) {
  std::vector<std::int64_t> places = selection.rows[0].rows;
  for (const std::int64_t row : selection.rows[1].rows) places.push_back(30 + row);
  return places;
}

TEST(SelectionOfNearest, OneTargetTakesItsNearestInOrder) {
  const std::vector<data::Dataset> sources = two_sources();
  std::vector<std::int64_t> all(source_smiles().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  for (std::int64_t t = 0; t < static_cast<std::int64_t>(kTarget.size()); ++t) {
    const data::Dataset target(molecule_content({kTarget[static_cast<std::size_t>(t)]}), "t.h5");
    std::vector<double> expected = similarities(t, all);
    for (const std::int64_t budget : {1, 7, 40, 72}) {
      const Selection selection = choose_nearest(problem_of(sources, target, budget));
      EXPECT_EQ(size_of(selection), budget);
      const std::vector<double> found = similarities(t, places_of(selection));
      EXPECT_EQ(found, std::vector(expected.begin(), expected.begin() + budget)) << t;
    }
  }
}

TEST(SelectionOfNearest, EachTargetMoleculeGetsItsOwn) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target(molecule_content(kTarget), "t.h5");
  // Without a budget one turn: the four different molecules of the target that are in the sources
  // or near to them, and the second CCCCCCO its next neighbour.
  const Selection turn = choose_nearest(problem_of(sources, target, 0));
  EXPECT_EQ(size_of(turn), 5);
  std::set<std::string> chosen;
  for (const std::int64_t place : places_of(turn))
    chosen.insert(source_smiles()[static_cast<std::size_t>(place)]);
  EXPECT_TRUE(chosen.contains("CCCCCCO"));
  EXPECT_TRUE(chosen.contains("CCCc1ccccc1"));
  EXPECT_TRUE(chosen.contains("CCCCC(=O)O"));
  EXPECT_TRUE(chosen.contains("CCCCCCCO") || chosen.contains("CCCCCO"));
  for (const std::int64_t budget : {2, 5, 23, 72})
    EXPECT_EQ(size_of(choose_nearest(problem_of(sources, target, budget))), budget);
}

TEST(SelectionOfNearest, IsTheSameOnOneAndTwoThreads) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target(molecule_content(kTarget), "t.h5");
  const auto chosen = [&](int threads) {
    const ThreadScope scope(threads);
    return rows_by_path(choose_nearest(problem_of(sources, target, 33)));
  };
  EXPECT_EQ(chosen(1), chosen(2));
}

TEST(SelectionOfNearest, AMoleculeThatCannotBeReadIsTheLastChoice) {
  std::vector<data::Dataset> sources;
  sources.emplace_back(molecule_content({"C1CC", "CCO", "CCCCN"}), "a.h5");
  const data::Dataset target(molecule_content({"CCCO"}), "t.h5");
  EXPECT_EQ(choose_nearest(problem_of(sources, target, 2)).rows[0].rows,
            (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(size_of(choose_nearest(problem_of(sources, target, 3))), 3);
}

}  // namespace
}  // namespace aufbau::report
