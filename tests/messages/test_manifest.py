"""Event manifests: macros of the same names that do nothing, and what is refused."""

import pytest

from ntbuild.messages.manifest import manifest_header, read_manifest
from ntbuild.messages.message_file import MessageError

MANIFEST = """\
<?xml version='1.0' encoding='utf-8'?>
<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
  <instrumentation><events>
    <provider guid="{b5a0bda9-50fe-4d0e-a83d-bae3f58c94d6}" name="Sample Driver" symbol="Guid">
      <events>
        <event symbol="StartEvent" value="1" template="t"/>
        <event symbol="StopEvent" value="0x20"/>
      </events>
    </provider>
  </events></instrumentation>
</instrumentationManifest>
"""


def test_providers_and_events_become_macros_that_do_nothing():
    lines = manifest_header(read_manifest("it.man", MANIFEST.encode())).splitlines()
    assert "#define EventRegisterSample_Driver() ((ULONG)0)" in lines
    assert "#define EventUnregisterSample_Driver() ((ULONG)0)" in lines
    assert "#define EventWriteStartEvent(...) ((ULONG)0)" in lines
    assert "#define EventWriteStopEvent_AssumeEnabled(...) ((ULONG)0)" in lines
    assert "#define EventEnabledStopEvent() 0" in lines
    assert "#define StopEvent_value 0x20" in lines


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("</events></instr", "</instr", r"it\.man:10: mismatched tag"),
        ("instrumentationManifest", "other", r"it\.man: other is no event manifest"),
        ('<event symbol="StopEvent" ', "<counterSet ", r"performance counters \(ctrpp\) are not"),
        ('guid="{', 'gid="{', "it has no provider of events"),
        ('value="1"', 'value="x"', "event StartEvent: value= is no number"),
    ],
)
def test_what_is_no_event_manifest_is_refused(old, new, text):
    with pytest.raises(MessageError, match=text):
        read_manifest("it.man", MANIFEST.replace(old, new).encode())
