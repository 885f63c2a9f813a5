#include "molecules/drawing.h"

#include <gtest/gtest.h>

#include "testing/errors.h"

namespace aufbau::molecules {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::says;

Molecule molecule(const std::string& smiles) { return std::get<Molecule>(parse_smiles(smiles)); }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(DrawSvg, IsOneElementThatLoadsNothing) {
  for (const char* smiles : {"CC(=O)Oc1ccccc1C(=O)O", "C", "[Na+].[Cl-]", "C[C@H](N)C(=O)O/C=C/Br",
                             "*c1cc[nH]c1", "[13CH4]", "C1CC1.C1CCCCCCCCCCCCCCC1"}) {
    const std::string svg = draw_svg(molecule(smiles), 240, 160);
    EXPECT_EQ(svg.rfind("<svg width='240' height='160' viewBox='0 0 240 160'", 0), 0u) << svg;
    EXPECT_EQ(count(svg, "<svg"), 1u);
    EXPECT_EQ(svg.rfind("</svg>"), svg.find("</svg>"));
    for (const char* unwanted :
         {"<?xml", "<!--", "http", "class=", "<rect", "<text", "font", "id="})
      EXPECT_EQ(svg.find(unwanted), svg.npos) << smiles << ": " << unwanted;
    EXPECT_EQ(count(svg, "<path") + count(svg, "<ellipse"), count(svg, "/>")) << svg;
  }
}

TEST(DrawSvg, HasALineForEachBondAndALetterForEachHeteroAtom) {
  // Three bonds between carbons are three lines and what joins them at the two corners; letters are
  // filled paths in the colour of their element.
  EXPECT_EQ(count(draw_svg(molecule("CCCC"), 200, 100), "<path"), 5u);
  const std::string alcohol = draw_svg(molecule("CCCO"), 200, 100);
  EXPECT_GT(count(alcohol, "fill='#FF0000'"), 0u);
  EXPECT_EQ(count(draw_svg(molecule("CCCC"), 200, 100), "fill='#FF0000'"), 0u);
}

TEST(DrawSvg, TheSameMoleculeGivesTheSameBytes) {
  const std::string smiles = "CN1CCC[C@H]1c2cccnc2";
  EXPECT_EQ(draw_svg(molecule(smiles), 200, 100), draw_svg(molecule(smiles), 200, 100));
  EXPECT_NE(draw_svg(molecule(smiles), 200, 100),
            draw_svg(molecule("CN1CCC[C@@H]1c2cccnc2"), 200, 100));
}

TEST(DrawSvg, LeavesTheMoleculeAsItWas) {
  const Molecule ring = molecule("c1ccccc1O");
  const std::string before = ring.canonical_smiles();
  draw_svg(ring, 200, 100);
  EXPECT_EQ(ring.canonical_smiles(), before);
}

TEST(DrawSvg, RefusesSizesThatAreNone) {
  for (const auto& [width, height] : {std::pair{0, 10}, {10, -1}, {10, 10001}}) {
    const Error error = error_of([&] { draw_svg(molecule("C"), width, height); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_TRUE(says(error, "[draw] width and height must be from 1 to 10000")) << error.what();
  }
}

}  // namespace
}  // namespace aufbau::molecules
