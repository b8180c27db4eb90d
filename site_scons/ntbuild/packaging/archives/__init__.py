"""Archives of packages, and what is said of them: cabinets, zip files, SBOM and provenance."""
