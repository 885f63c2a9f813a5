#include <cmath>

#include "report/transfer/page/charts.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

constexpr Unit kPoints{0, 2}, kMetric{0, 3};

/// The score of every seed.
std::string seeds_of(const std::vector<double>& scores) {
  std::string text;
  for (const double score : scores) text += (text.empty() ? "" : ", ") + number(score, kMetric);
  return text.empty() ? number(kUnknown) : text;
}

}  // namespace

std::string probe_part(const TransferTarget& target) {
  if (target.probe.empty()) return {};
  std::vector<double> ends;
  for (const ProbeGain& gain : target.probe)
    ends.insert(ends.end(),
                {gain.gain, gain.gain - gain.standard_error, gain.gain + gain.standard_error});
  const Axis axis(ends);
  Table table("Gain over training from scratch, in points, by a short pretraining on each source",
              {{"source"},
               {"gain \xC2\xB1 standard error", Column::picture},
               {"", Column::numeric},
               {"p-value", Column::numeric},
               {"metric"},
               {"pretrained,<br/>each seed", Column::numeric},
               {"from scratch,<br/>each seed", Column::numeric},
               {"fingerprints", Column::numeric}});
  for (const ProbeGain& gain : target.probe) {
    if (!std::isfinite(gain.gain)) {
      table.add_reason({name_html(gain.source)},
                       gain.missing.empty() ? "not defined for these data" : gain.missing);
      continue;
    }
    Strip strip{gain.gain,
                gain.gain - gain.standard_error,
                gain.gain + gain.standard_error,
                kUnknown,
                kUnknown,
                ""};
    strip.label = "gain " + rounded(gain.gain) + ", standard error " + rounded(gain.standard_error);
    table.add_row(
        {name_html(gain.source), dot_strip(axis, strip),
         signed_number(gain.gain, kPoints) + " \xC2\xB1 " + number(gain.standard_error, kPoints),
         p_value(gain.p_value), escaped(gain.metric), seeds_of(gain.pretrained),
         seeds_of(gain.scratch), number(gain.fingerprints, kMetric)});
  }
  table.add_foot({"", axis_strip(axis), "", "", "", "", "", ""});
  return "<h3>Measured by training</h3>\n"
         "<p>Not a score but a measurement, on a small scale: the same short pretraining on each "
         "source, then fine-tuning on the target, less training from scratch on the same split and "
         "seeds. A point is 0.01 of ROC-AUC, or one percent of the RMSE from scratch. Larger "
         "models "
         "and longer pretraining can gain more or less. Fingerprints are the baseline that a "
         "network "
         "should beat.</p>\n" +
         table.html();
}

}  // namespace aufbau::report
