"""MSBuild project and solution files: read and evaluated, without MSBuild and without a kit."""
