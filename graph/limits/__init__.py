"""What a caller may ask for: refused before anything is done for it."""
