print("registrarctl")
