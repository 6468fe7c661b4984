"""The business, pure: enums, frozen values and functions. No I/O, no clock, no randomness."""
