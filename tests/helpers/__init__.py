"""What several areas of tests share: real parts made small, and ways to break them."""
