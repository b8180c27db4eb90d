"""Stand-ins for the filter manager, storport and KMDF: routines, and their use of a driver."""
