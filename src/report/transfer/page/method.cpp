#include "graphs/scores/transfer_scores.h"
#include "report/transfer/basis.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

struct Term {
  const char* name;
  const char* words;
};

constexpr Term kTerms[] = {
    {"Pretraining and transfer",
     "A network is first trained without the labels of the target, on other molecules or graphs "
     "(the sources), and then fine-tuned on the target. It transfers when that is better than "
     "training on the target alone. Often it is not; this page says beforehand what speaks for "
     "it and what against it."},
    {"Graphon",
     "A picture of how a set of graphs is wired. The nodes of every graph are put in order, "
     "those with many neighbours first; the ink of a cell is the chance that a node at this "
     "place in the order is joined to a node at that place. Unless classes of nodes are counted "
     "apart (see the settings), a graphon shows structure only: the same skeletons with other "
     "elements have the same graphon, and so has the same molecule in every task."},
    {"Mixture and distance",
     "Pretraining data are seen as a generator: any mixture of the graphons of their parts. The "
     "feasibility of Cao et al. is how near the best mixture comes to the graphon of the target. "
     "We take the mean squared difference of the cells, which is at least the squared "
     "Gromov-Wasserstein distance of the paper; between which bounds that certainly lies stands "
     "in the table."},
    {"Unbiased, plug-in, interval",
     "A graphon is measured on a finite number of graphs, so two samples of the same source are "
     "never quite equal. The plug-in distance contains this chance difference and is too large; "
     "the unbiased distance does not, and can therefore fall below 0 where there is nothing to "
     "find. The interval comes from drawing the graphs again and again with replacement "
     "(bootstrap). It says how much the number would move with other graphs from the same "
     "places. It does not say how much accuracy to expect."},
    {"Noise floor",
     "The distance between random halves of the target itself. A source at or below it is as "
     "near as these data can tell."},
    {"p-value",
     "How often a random division of source and target into two piles gives a distance as large "
     "as theirs. Small: the target is not a sample of the source. Large: no difference was "
     "found, which with few graphs says little. Neither says whether a difference matters for "
     "the task."},
    {"Small patterns",
     "By the counting lemma, the chance of a wedge, a triangle, a star and so on differs between "
     "two graphons by at most the number of its edges times their distance. Molecules are sparse "
     "graphs, for which such bounds are true but wide."},
};

constexpr const char* kLimits[] = {
    "No number on this page but a measured gain is a promise of accuracy. Scores of closeness go "
    "with the gain more or less well, and differently for different tasks; a study of real "
    "trainings on your own sources and targets measures how well.",
    "Graphons of structure alone do not see elements, bonds, the size of graphs or labels. The "
    "scores beside them see some of these, and none sees all.",
    "A near source can still teach nothing that the target does not teach itself, and a far one "
    "can help: pretraining on graphs of another kind has been seen to.",
    "With few graphs in a target, everything here is uncertain, and so is any test score of a "
    "model trained on it."};

constexpr const char* kSources[] = {
    "Cao, Y. et al. When to Pre-Train Graph Neural Networks? From Data Generation Perspective! "
    "KDD 2023, 142\342\200\223153. doi:10.1145/3580305.3599548. (W2PGNN: graphons, bases, "
    "feasibility.)",
    "Lov\xC3\xA1sz, L. Large Networks and Graph Limits. American Mathematical Society 2012. "
    "(Graphons, counting lemma.)",
    "M\xC3\xA9moli, F. Gromov\xE2\x80\x93Wasserstein Distances and the Metric Approach to Object "
    "Matching. Foundations of Computational Mathematics 11, 2011.",
    "Phipson, B.; Smyth, G. K. Permutation P-values Should Never Be Zero. Statistical "
    "Applications in Genetics and Molecular Biology 9, 2010. (The test.)",
    "Efron, B. Bootstrap Methods: Another Look at the Jackknife. Annals of Statistics 7, 1979. "
    "(The intervals.)",
    "Rogers, D.; Hahn, M. Extended-Connectivity Fingerprints. J. Chem. Inf. Model. 50, 2010. "
    "(ECFP4.)",
    "Chuang, C.-Y.; Jegelka, S. Tree Mover\xE2\x80\x99s Distance. NeurIPS 2022. You, K. et al. "
    "LogME. ICML 2021. Zhu, Q. et al. Transfer Learning of Graph Neural Networks with Ego-graph "
    "Information Maximization. NeurIPS 2021. Aldeghi, M. et al. Roughness of Molecular Property "
    "Landscapes. J. Chem. Inf. Model. 62, 2022. (Scores.)"};

std::string bases_and_scores() {
  std::string html = "<h3>The bases</h3>\n<dl class=\"pairs-of\">\n";
  for (const BasisEntry& basis : kBases)
    html += "<dt>" + escaped(basis.name) + "</dt><dd>" + escaped(basis.summary) + "</dd>\n";
  html += "</dl>\n<h3>The scores</h3>\n<dl class=\"pairs-of\">\n";
  for (const graphs::TransferScore& score : graphs::transfer_scores())
    html += "<dt id=\"score-" + escaped(score.name) + "\">" + escaped(score.name) + " " +
            (score.higher_is_closer ? "\xE2\x86\x91" : "\xE2\x86\x93") + "</dt><dd>" +
            escaped(score.summary) + "; " + (score.higher_is_closer ? "higher" : "lower") +
            (score.source_needs == graphs::kNeedsNothing ? " promises more" : " is closer") +
            "</dd>\n";
  return html + "</dl>\n";
}

}  // namespace

std::string method_section() {
  std::string html = "<section id=\"method\">\n<h2>Method and limits</h2>\n<dl>\n";
  for (const Term& term : kTerms)
    html += "<dt>" + escaped(term.name) + "</dt><dd>" + escaped(term.words) + "</dd>\n";
  html += "</dl>\n<h3>What this page cannot say</h3>\n<ul>\n";
  for (const char* limit : kLimits) html += "<li>" + escaped(limit) + "</li>\n";
  html += "</ul>\n" + bases_and_scores() + "<h3>Sources</h3>\n<ul>\n";
  for (const char* source : kSources) html += "<li>" + escaped(source) + "</li>\n";
  return html + "</ul>\n</section>\n";
}

}  // namespace aufbau::report
