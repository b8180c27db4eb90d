"""From the projects of other build systems to SConscripts: what they build, and that as text."""
