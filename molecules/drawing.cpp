#include "molecules/drawing.h"

#include <RDGeneral/RDConfig.h>

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>

#include "core/error.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

/// With coordinates and wedges. Rings that have no alternating bonds are drawn aromatic.
RDKit::RWMol prepared(const RDKit::RWMol& mol) {
  RDKit::RWMol copy(mol);
  try {
    RDKit::MolDraw2DUtils::prepareMolForDrawing(copy);
  } catch (const RDKit::MolSanitizeException&) {
    copy = RDKit::RWMol(mol);
    RDKit::MolDraw2DUtils::prepareMolForDrawing(copy, /*kekulize=*/false);
  }
  return copy;
}

// Fluorine, phosphorus, sulphur and chlorine of RDKit are too pale to be read on white.
const std::pair<int, RDKit::DrawColour> kDarkColours[] = {
    {9, {0, 0.5, 0.5}}, {15, {0.72, 0.33, 0}}, {16, {0.55, 0.44, 0}}, {17, {0, 0.5, 0}}};

std::string drawn(const RDKit::RWMol& mol, int width, int height) {
  RDKit::MolDraw2DSVG drawer(width, height);
  RDKit::MolDrawOptions& options = drawer.drawOptions();
  options.clearBackground = false;
  options.prepareMolsBeforeDrawing = false;
  options.includeMetadata = false;
  options.fixedBondLength = height / 8.0;
  options.bondLineWidth = 1.5;
  for (const auto& [element, colour] : kDarkColours) options.atomColourPalette[element] = colour;
  drawer.drawMolecule(mol);
  drawer.finishDrawing();
  return drawer.getDrawingText();
}

void erase_all(std::string& text, const std::string& begin, const std::string& end) {
  for (std::size_t at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
    const std::size_t last = text.find(end, at + begin.size());
    if (last == text.npos) return;
    text.erase(at, last + end.size() - at);
  }
}

void replace_all(std::string& text, const std::string& old, const std::string& now) {
  for (std::size_t at = text.find(old); at != text.npos; at = text.find(old, at + now.size()))
    text.replace(at, old.size(), now);
}

/// The shapes under a header of our own, which holds what RDKit repeats in every line: half the
/// bytes, and no classes that could meet those of a page.
std::string compact(std::string svg, int width, int height) {
  svg.erase(0, svg.find('>', svg.find("<svg")) + 1);
  erase_all(svg, "<!--", "-->");
  erase_all(svg, " class='", "'");
  replace_all(svg, "fill:none;fill-rule:evenodd;stroke", "stroke");
  replace_all(svg, "fill:none;stroke", "stroke");
  replace_all(svg, ";stroke-width:1.5px;stroke-linecap:butt;stroke-linejoin:miter;stroke-opacity:1",
              "");
  replace_all(svg, "\n", " ");
  const std::string w = std::to_string(width), h = std::to_string(height);
  return "<svg width='" + w + "' height='" + h + "' viewBox='0 0 " + w + ' ' + h +
         "' fill='none' stroke-width='1.5'>" + svg;
}

}  // namespace

std::string draw_svg(const Molecule& molecule, int width, int height) {
  constexpr int kMost = 10000;
  if (width < 1 || height < 1 || width > kMost || height > kMost)
    fail(ErrorKind::usage, "draw", "width and height must be from 1 to ", kMost, ", got ", width,
         " and ", height);
  const QuietLogs quiet;
  const RdkitScope scope;
  std::string svg;
  try {
    svg = drawn(prepared(*molecule.state().mol), width, height);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    fail(ErrorKind::input, "draw", "RDKit cannot draw this molecule: ", error.what());
  }
  return compact(std::move(svg), width, height);
}

}  // namespace aufbau::molecules
