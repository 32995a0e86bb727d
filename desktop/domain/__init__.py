"""The CRM's rules and the shapes in which reads answer; pure, without storage, network or screens."""
