"""Message text files (``.mc``): to a header, a resource script and message tables."""
