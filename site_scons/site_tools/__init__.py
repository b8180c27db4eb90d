"""SCons tools; a package so that ``PyPackageDir("ntbuild.site_tools")`` finds it in the wheel."""
