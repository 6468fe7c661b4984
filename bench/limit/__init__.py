"""The limit: what the same answers cost without GraphQL, by hand, for these five operations only.

One statement per level with the same tenancy, the driver's own pool and tuples, dicts as they leave. Who calls is not
checked, nothing is validated, and levels are read without a snapshot: a server that does those things cannot be faster.
"""
