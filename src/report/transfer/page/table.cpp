#include "report/transfer/page/table.h"

#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

std::string class_of(Column::Kind kind) {
  return kind == Column::numeric ? " class=\"n\"" : kind == Column::picture ? " class=\"p\"" : "";
}

}  // namespace

Table::Table(std::string caption, std::vector<Column> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

std::string Table::cells_of(const std::vector<std::string>& cells, bool names_row) const {
  std::string html;
  for (std::size_t i = 0; i < cells.size(); ++i)
    html += i == 0 && names_row ? "<th scope=\"row\">" + cells[i] + "</th>"
                                : "<td" + class_of(columns_[i].kind) + '>' + cells[i] + "</td>";
  return html;
}

void Table::add_row(const std::vector<std::string>& cells) {
  rows_ += "<tr>" + cells_of(cells, true) + "</tr>\n";
}

void Table::add_reason(const std::vector<std::string>& cells, const std::string& reason) {
  rows_ += "<tr>" + cells_of(cells, true) + "<td class=\"reason\" colspan=\"" +
           std::to_string(columns_.size() - cells.size()) + "\">\xE2\x80\x93 " + escaped(reason) +
           "</td></tr>\n";
}

void Table::add_foot(const std::vector<std::string>& cells) {
  foot_ = "<tfoot><tr>" + cells_of(cells, false) + "</tr></tfoot>\n";
}

std::string Table::html(const std::string& style) const {
  std::string head;
  for (const Column& column : columns_)
    head += "<th scope=\"col\"" + class_of(column.kind) + '>' + column.heading + "</th>";
  const std::string caption = escaped(caption_);
  return "<div class=\"scroll" + (style.empty() ? "" : ' ' + style) +
         "\" role=\"region\" tabindex=\"0\" aria-label=\"" + caption +
         "\"><table>\n<caption><span>" + caption + "</span></caption>\n<thead><tr>" + head +
         "</tr></thead>\n<tbody>\n" + rows_ + "</tbody>\n" + foot_ + "</table></div>\n";
}

}  // namespace aufbau::report
