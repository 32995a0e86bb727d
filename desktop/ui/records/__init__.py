"""What several screens show of a record: filters, facts, forms, lists, an account with what belongs to it."""
