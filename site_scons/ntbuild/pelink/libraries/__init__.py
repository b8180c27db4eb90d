"""Archives, import libraries and module-definition files."""
