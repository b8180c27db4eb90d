"""Options of link.exe and lld-link that change nothing here, and those that are not supported.

An option is only in the first table when leaving it out gives the same image; every other option
that pelink does not implement is an error that names it.

Source: lld-link 19's ``/help`` and the options that it takes for link.exe's sake.
"""

from typing import Final

_REASONS: Final = {
    "there is no banner": "nologo",
    "every link is a full link": "incremental fullbuild ilk maxilksize",
    "objects carry no mark that could be checked": "kernel",
    "a link takes the same time with one thread": "threads cgthreads",
    "messages are plain text": "color-diagnostics no-color-diagnostics errorreport",
    "it is read before anything else": "lldignoreenv rsp-quoting",
    "it is for LLVM's code generator, which does not run": "mllvm",
    "bitcode is refused, so there is nothing to optimise": """
        ltcg ltcgout lldltocache lldltocachepolicy lldsavetemps dwodir lto-cs-profile-file
        lto-cs-profile-generate lto-obj-path lto-pgo-warn-mismatch lto-sample-profile
        thinlto-object-suffix-replace thinlto-prefix-replace""",
    "a PDB is written as it is": "pdbcompress debugtype",
    "functions stand in the order of the inputs": "call-graph-profile-sort",
    "it is about the linker's own time": "time time-trace time-trace-granularity summary",
    "there is no .NET in COFF objects": """
        assemblydebug assemblymodule assemblyresource clrimagetype clrsupportlasterror
        clrthreadattribute clrunmanagedcodecheck idlout ignoreidl keycontainer keyfile tlbid
        tlbout winmd winmdfile""",
    "the inputs decide it": """
        delay editandcontinue emitpogophaseinfo fastfail guardsym inferasanlibs
        lld-allow-duplicate-weak noexp throwingnew""",
}

ACCEPTED_WITHOUT_EFFECT: Final = {
    name: reason for reason, names in _REASONS.items() for name in names.split()
}
"""Options that change nothing here, with the reason. Their values are not read."""

_MANIFEST = "manifests are not merged; a finished one can come in as a resource, in a .res file"
_ORDER = "/order:@FILE puts functions in an order"

NOT_SUPPORTED: Final = {
    "manifestinput": _MANIFEST,
    "call-graph-ordering-file": _ORDER,
    "print-symbol-order": _ORDER,
    "linkrepro": "keep the command line and its inputs",
    "reproduce": "keep the command line and its inputs",
    "lldemit": "an image is what is made",
    "thinlto-index-only": "bitcode is refused; compile without -flto",
    "thinlto-emit-imports-files": "bitcode is refused; compile without -flto",
    "vfsoverlay": "name the libraries' folder with /libpath",
    "defarm64native": "hybrid images are not supported",
    "midl": "run midl by hand",
    "pgd": "profile-guided optimisation is the compiler's",
    "genprofile": "profile-guided optimisation is the compiler's",
    "useprofile": "profile-guided optimisation is the compiler's",
    "sourcelink": "/pdbstream:sourcelink=FILE puts the file into the PDB",
}
"""Options that are an error, with what to do instead."""

HARMLESS_VALUES: Final = {
    "lldemit": ("obj",),
}
"""Values with which an option of NOT_SUPPORTED changes nothing."""
