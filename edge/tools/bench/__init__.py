"""How fast it is here: by stage, from end to end, and whether this machine was fit to be measured on."""
