#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

std::string code(const std::string& text) {
  return text.empty() ? number(kUnknown) : "<code>" + escaped(text) + "</code>";
}

void add_set(Table& table, const TransferSet& set, const char* role) {
  table.add_row({name_html(set.name), role, set.molecules ? "molecules" : "graphs",
                 count(set.graphs), count(set.sampled),
                 mean_and_deviation(set.mean_nodes, set.deviation_nodes),
                 mean_and_deviation(set.mean_degree, set.deviation_degree), escaped(set.schema),
                 code(set.path), code(set.hash)});
}

std::string entry(const char* name, const std::string& value) {
  return "<dt>" + std::string(name) + "</dt><dd>" + value + "</dd>\n";
}

std::string names_or(const std::vector<std::string>& names, const char* none) {
  return names.empty() ? none : escaped(joined(names));
}

std::string settings(const TransferReport& report) {
  const MeasureOptions& measure = report.measure;
  return "<dl class=\"pairs-of\">\n" + entry("program", "Aufbau " + escaped(report.version)) +
         entry("seed", "<data value=\"" + std::to_string(report.seed) + "\">" +
                           std::to_string(report.seed) + "</data>") +
         entry("bases", names_or(measure.bases, "none")) +
         entry("parts of a basis", count(measure.parts)) +
         entry("estimator of graphons", escaped(measure.estimator)) +
         entry("cells a side", count(measure.resolution)) +
         entry("classes of nodes",
               measure.node_types == 0 ? "none: structure alone" : count(measure.node_types)) +
         entry("bootstrap replicates", count(measure.bootstrap)) +
         entry("permutations", count(measure.permutations)) +
         entry("level of intervals", number(measure.level, Unit{0, 2})) +
         entry("scores", names_or(measure.scores, "all that the data allow")) +
         entry("graphs that scores look at", "at most " + count(measure.sample) + " of each set") +
         entry("model of embeddings", measure.model.empty() ? "none" : code(measure.model)) +
         entry("numbers of the published program", measure.compat ? "yes" : "no") +
         entry("study", report.study.empty() ? "none" : code(report.study)) + "</dl>\n";
}

}  // namespace

std::string settings_section(const TransferReport& report) {
  Table table("The data sets", {{"data set"},
                                {"role"},
                                {"of"},
                                {"graphs", Column::numeric},
                                {"looked at by scores", Column::numeric},
                                {"nodes", Column::numeric},
                                {"degree", Column::numeric},
                                {"features"},
                                {"file"},
                                {"SHA-256"}});
  for (const TransferSet& source : report.sources) add_set(table, source, "source");
  for (const TransferTarget& target : report.targets) add_set(table, target.set, "target");
  return "<section id=\"settings\">\n<h2>Data, settings and hashes</h2>\n" + table.html("data") +
         "<h3>Settings</h3>\n" + settings(report) +
         "<p class=\"soft\">Numbers are rounded to three digits; report.json beside this page "
         "holds "
         "them whole, and so does the page itself. A dash is a number that is not known or not "
         "defined for these data. The same data, settings and seed give the same bytes.</p>\n"
         "</section>\n";
}

}  // namespace aufbau::report
