"""Project files for tests, written by hand as Visual Studio writes them."""

from ntbuild.msbuild.evaluate import evaluate
from ntbuild.msbuild.files import Files

NAMESPACE = 'xmlns="http://schemas.microsoft.com/developer/msbuild/2003"'


def project(body):
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Project {NAMESPACE}>{body}</Project>\n'


def write(folder, files):
    """Write texts by path; .vcxproj, .props and .targets get the element Project around them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_project = path.suffix.lower() in {".vcxproj", ".props", ".targets"}
        path.write_text(project(text) if is_project else text, encoding="utf-8")
    return folder


def evaluated(folder, body, files=None, configuration="Release", platform="x64"):
    """The evaluation of a project with a body, beside other files."""
    write(folder, {"a.vcxproj": body, **(files or {})})
    path = (folder / "a.vcxproj").as_posix()
    return evaluate(path, configuration, platform, Files())
