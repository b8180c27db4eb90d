"""What mends a finding in a build: keywords that there are, for each rule that names an option."""

import re

from ntbuild.building.declare import RESERVED
from ntbuild.building.keyword_fixes import FIXES
from ntbuild.building.keywords import Keywords
from ntbuild.pecheck import RULES
from ntbuild.pelink.options import LinkOptions, Section
from ntbuild.support.values import fields

NOT_OURS = {
    "DRV404": "env.Driver takes no delayed imports",
    "DRV621": "an image names its PDB without a folder, in every build",
    "DRV707": "the options are signtool's",
    "DRV802": "flags for paths are in every build",
}


def test_every_rule_that_names_an_option_has_its_keyword():
    named = {each.id for each in RULES.values() if re.search(r"(?<!\w)/[a-z]", each.fix)}
    assert named - set(FIXES) == set(NOT_OURS)
    assert set(FIXES) <= set(RULES)


def test_the_keywords_are_there():
    known = {each.name for kind in (LinkOptions, Keywords, Section) for each in fields(kind)}
    named = {word for text in FIXES.values() for word in re.findall(r"(\w+)=", text)}
    assert named - (known - set(RESERVED)) == set()
    assert {"integritycheck", "windows", "version_info"} <= named
