"""What happens: each controller joins some views to the work behind them."""
