"""Networks behind one Protocol: what each allows, how it counts, and how a post gets there and is taken down."""
