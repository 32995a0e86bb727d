"""The office side: accepts, orders and merges what laptops send, and decides who may see what."""
