"""What the sides of a plan do on the server: addresses below ``/api/team``, each with the rule of who may ask for it."""
