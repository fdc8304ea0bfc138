"""`make bench-signals`: how often signals are right, on texts and pictures labelled for the purpose."""
