#include "report/benchmark/builtin_molecules.h"

namespace aufbau::report {

const std::vector<std::string> kBuiltinMolecules = {
    "CC(=O)Oc1ccccc1C(=O)O",
    "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1",
    "CC(C)c1c(C(=O)Nc2ccccc2)c(-c2ccccc2)c(-c2ccc(F)cc2)n1CCC(O)CC(O)CC(=O)O",
    "COc1ccc2[nH]c(nc2c1)S(=O)Cc1ncc(C)c(OC)c1C",
    "CN1CCC23c4c5ccc(O)c4OC2C(O)C=CC3C1C5",
    "CCOC(=O)C1=C(COCCN)NC(C)=C(C1c1ccccc1Cl)C(=O)OC",
    "O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O",
    "CCCc1nn(C)c2c1nc([nH]c2=O)-c1cc(ccc1OCC)S(=O)(=O)N1CCN(C)CC1",
    "CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O",
    "CN(C)CCC=C1c2ccccc2CCc2ccccc12",
    "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F",
    "OC(CNC(C)C)COc1cccc2ccccc12",
    "Clc1ccc(cc1)C(c1ccccc1)N1CCN(CCOCC(=O)O)CC1",
    "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1",
    "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1",
    "O=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1C",
    "CCN(CC)CC(=O)Nc1c(C)cccc1C",
    "CC12CCC3C(CCC4=CC(=O)CCC34C)C1CCC2O",
    "NC(=O)N1c2ccccc2C=Cc2ccccc12",
    "CC(CS)C(=O)N1CCCC1C(=O)O",
    "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nnn[nH]1",
    "COc1ccc(CCN(C)CCCC(C#N)(C(C)C)c2ccc(OC)c(OC)c2)cc1OC",
    "CC(C)(C(=O)O)c1ccc(cc1)C(O)CCCN1CCC(CC1)C(O)(c1ccccc1)c1ccccc1",
    "OC(=O)COCCN1CCN(CC1)C(c1ccccc1)c1ccc(Cl)cc1",
    "Nc1nc2c(ncn2COCCO)c(=O)[nH]1",
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",
    "Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1",
    "CC(=O)Nc1ccc(O)cc1",
    "CN1C(C(=O)Nc2ccccn2)=C(O)c2ccccc2S1(=O)=O",
    "CNC(=O)c1cc(Oc2ccc(NC(=O)Nc3ccc(Cl)c(c3)C(F)(F)F)cc2)ccn1",
    "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1",
    "Fc1ccc(cc1)C(=O)CCCN1CCC(O)(CC1)c1ccc(Cl)cc1",
    "CC(C)NCC(O)COc1ccc(CC(N)=O)cc1",
};

}  // namespace aufbau::report
