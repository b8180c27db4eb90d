"""A project in one call: what a SConstruct needs of ntbuild."""
