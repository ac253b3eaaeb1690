"""What people do in this room: one function a thing that a person does, each one transaction."""
