"""The command line: composes everything else and says what happens in words.

May use every other folder. Commands (in `commands/`) only ask, call and print; what they print
is made in `words.py`, `explain.py` and `view.py`. Start reading at `root.py`.
"""
