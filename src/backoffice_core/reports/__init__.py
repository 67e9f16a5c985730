"""What a shop's figures say: sales and money by day, who buys, and what to do next."""
