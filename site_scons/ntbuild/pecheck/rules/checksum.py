"""Rule DRV701: the checksum of the headers.

It covers all other bytes of the file, so it is computed last, and again after signing.
"""

from ntbuild.pecheck.rule import Fault, Level, RuleResults, in_field, rule
from ntbuild.pecoff.image.image import Image


@rule(
    "DRV701",
    "checksum",
    Level.ERROR,
    breaks="L",
    source="PE Format, CheckSum: validated at load time for all drivers; link.exe /RELEASE page",
    fix="link with /release; compute the checksum again after any change, signing included",
)
def checksum(image: Image) -> RuleResults:
    """CheckSum is set and right.

    The loader computes it for every driver and refuses a wrong one: CHECKSUM_MISMATCH.
    """
    stored = image.optional_header.CheckSum
    place = in_field(image, "CheckSum")
    right = image.checksum()
    if stored == 0:
        yield Fault(f"CheckSum is 0, should be {right:#010x}", place)
    elif stored != right:
        yield Fault(f"CheckSum is {stored:#010x}, should be {right:#010x}", place)
