"""Device setup classes of Windows: name in lower case and GUID.

Source: "System-Defined Device Setup Classes Available to Vendors", "... Reserved for System Use"
and "File System Filter Driver Classes and Class GUIDs" (Windows documentation).
"""

from difflib import get_close_matches
from typing import Final

_OLD: Final = "4d36e9{:02x}-e325-11ce-bfc1-08002be10318"
CLASSES: Final[dict[str, str]] = {
    "1394": "6bdd1fc1-810f-11d0-bec7-08002be2092f",
    "battery": "72631e54-78a4-11d0-bcf7-00aa00b7b32a",
    "biometric": "53d29ef7-377c-4d14-864b-eb3a85769359",
    "bluetooth": "e0cbf06c-cd8b-4647-bb8a-263b43f0f974",
    "camera": "ca3e7ab9-b4c3-4ae6-8251-579ef933890f",
    "extension": "e2f84ce7-8efa-411c-aa69-97454ca4cb57",
    "firmware": "f2e7dd72-6468-4e36-b6f1-6488f42c1b52",
    "hidclass": "745a17a0-74d3-11d0-b6fe-00a0c90f57da",
    "image": "6bdd1fc6-810f-11d0-bec7-08002be2092f",
    "mediumchanger": "ce5939ae-ebde-11d0-b181-0000f8753ec4",
    "multiportserial": "50906cb8-ba12-11d1-bf5d-0000f805f530",
    "processor": "50127dc3-0f36-415e-a6cc-4cb3be910b65",
    "securityaccelerator": "268c95a1-edfe-11d3-95c3-0010dc4050a5",
    "securitydevices": "d94ee5d8-d189-4994-83d2-f68d7d41b0e6",
    "sensor": "5175d334-c371-4806-b3ba-71fd53c9258d",
    "smartcardreader": "50dd5230-ba8a-11d1-bf5d-0000f805f530",
    "softwarecomponent": "5c4c3332-344d-483c-8739-259e934c9cc8",
    "tapedrive": "6d807884-7d21-11cf-801c-08002be10318",
    "usb": "36fc9e60-c465-11cf-8056-444553540000",
    "usbdevice": "88bae032-5a81-49f0-bc3d-a4ff138216d6",
    "volume": "71a27cdd-812a-11d0-bec7-08002be2092f",
    "wpd": "eec5ad98-8080-425f-922a-dabf3de3f69a",
    "cdrom": _OLD.format(0x65),
    "diskdrive": _OLD.format(0x67),
    "display": _OLD.format(0x68),
    "fdc": _OLD.format(0x69),
    "hdc": _OLD.format(0x6A),
    "keyboard": _OLD.format(0x6B),
    "media": _OLD.format(0x6C),
    "modem": _OLD.format(0x6D),
    "monitor": _OLD.format(0x6E),
    "mouse": _OLD.format(0x6F),
    "mtd": _OLD.format(0x70),
    "multifunction": _OLD.format(0x71),
    "net": _OLD.format(0x72),
    "netclient": _OLD.format(0x73),
    "netservice": _OLD.format(0x74),
    "nettrans": _OLD.format(0x75),
    "pcmcia": _OLD.format(0x77),
    "ports": _OLD.format(0x78),
    "printer": _OLD.format(0x79),
    "scsiadapter": _OLD.format(0x7B),
    "system": _OLD.format(0x7D),
    "floppydisk": _OLD.format(0x80),
}
FILTER_CLASSES: Final[dict[str, str]] = {
    "activitymonitor": "b86dff51-a31e-4bac-b3cf-e8cfe75c9fc2",
    "antivirus": "b1d1a169-c54f-4379-81db-bee7d88d7454",
    "bottom": "37765ea0-5958-4fc9-b04b-2fdfef97e59e",
    "cfsmetadataserver": "cdcf0939-b75b-4630-bf76-80f7ba655884",
    "compression": "f3586baf-b5aa-49b5-8d6c-0569284c639f",
    "contentscreener": "3e3f0674-c83c-4558-bb26-9820e1eba5c5",
    "continuousbackup": "71aa14f8-6fad-4622-ad77-92bb9d7e6947",
    "copyprotection": "89786ff1-9c12-402f-9c9e-17753c7f4375",
    "encryption": "a0a701c0-a511-42ff-aa6c-06dc0395576f",
    "hsm": "d546500a-2aeb-45f6-9482-f4b1799c3177",
    "infrastructure": "e55fa6f0-128c-4d04-abab-630c74b1453a",
    "openfilebackup": "f8ecafa6-66d1-41a5-899b-66585d7216b7",
    "physicalquotamanagement": "6a0a8e78-bba6-4fc4-a709-1e33cd09d67e",
    "quotamanagement": "8503c911-a6c7-4919-8f79-5028f5866b0c",
    "replication": "48d3ebc4-4cf8-48ff-b869-9c68ad42eb9f",
    "securityenhancer": "d02bc3da-0c8e-4945-9bd5-f1883c226c8c",
    "system": "5d1b9aaa-01e2-46af-849f-272b3f324c46",
    "systemrecovery": "2db15374-706e-4131-a0c7-d7c78eb0289a",
    "top": "b369baf4-5568-4e82-a87e-a93eb16bca87",
    "undelete": "fe8f1572-c67a-48c0-bbac-0b5c6d66cafb",
    "virtualization": "f75a86c0-10d8-4c3a-b233-ed60e4cdfaac",
}
"""Classes of file system filters; INF files write them with or without ``FSFilter`` in front."""


_NAMES: Final = {guid: name for name, guid in (*FILTER_CLASSES.items(), *CLASSES.items())}
_ALIKE: Final = 0.85


def class_of_guid(guid: str) -> str:
    """The class of Windows with a GUID in lower case without braces; empty for others."""
    return _NAMES.get(guid, "")


def nearest_class(name: str) -> str:
    """The class of Windows whose name is most like one that is none of its; empty without one."""
    known = {each.lower(): each for each in (*CLASSES, *FILTER_CLASSES)}
    found = get_close_matches(name.lower().removeprefix("fsfilter"), known, n=1, cutoff=_ALIKE)
    return known[found[0]] if found else ""


def guid_of_class(name: str) -> str | None:
    """The GUID of a class of Windows, in lower case without braces; None for others."""
    low = name.lower()
    if low.startswith("fsfilter"):
        return FILTER_CLASSES.get(low.removeprefix("fsfilter"))
    return CLASSES.get(low) or FILTER_CLASSES.get(low)


def is_filter_class(name: str) -> bool:
    """Whether a class is one of file system filters."""
    return name.lower().startswith("fsfilter") or (
        name.lower() in FILTER_CLASSES and name.lower() not in CLASSES
    )
