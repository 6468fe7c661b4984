"""What the plan of an operation leaves to graphql-core."""


class Unplanned(Exception):
    """This cannot be proven to come out as graphql-core's own code would have it: that code has to run instead."""
