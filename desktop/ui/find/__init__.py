"""Find across everything that is on this laptop, from the field in the top bar."""
