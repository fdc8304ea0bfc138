"""The sub-commands of `remit`, one module each, named as they are typed."""
