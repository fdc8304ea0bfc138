"""Practice: the built-in network for demonstration, training and tests. A simulator, and called so on its pages."""
