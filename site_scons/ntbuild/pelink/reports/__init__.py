"""Maps, reports and facts of a finished link."""
