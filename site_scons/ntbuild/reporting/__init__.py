"""The last build as one page: what the build folder holds, read and rendered."""
