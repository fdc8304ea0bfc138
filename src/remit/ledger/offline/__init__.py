"""What goes into every evidence pack: the verifier, the page and the cover sheet. Nothing here needs Remit."""
