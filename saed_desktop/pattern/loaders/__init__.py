"""One module for each way in which files hold images; `formats` says which reads what."""
