"""Resource scripts (``.rc``): the resources that drivers have, to a ``.res`` file."""
