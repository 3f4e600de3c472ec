"""Controllers: each connects some views to the work behind them."""
