"""Tests of what training is made of; they need neither weights nor time: `python -m unittest discover -t . training`."""
