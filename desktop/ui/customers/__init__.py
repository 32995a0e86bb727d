"""The list of customers: saved views, filters, preview."""
