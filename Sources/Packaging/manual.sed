# Mends a manual that generate-manual wrote, for `sed -E -f`.

# Pages are named lethe-run, by which `man lethe run` finds them; in the synopsis stands what is typed.
/^\.(Dt|Xr) /s/\./-/2g
/^\.Sh NAME$/,/^\.Nd/s/^\.Nm "([a-z]+) ([a-z]+)"$/.Nm \1-\2/
/^\.Nd /{
  s/"//g
  s/\.$//
}
/^\.Nm [a-z]+-/{
  h
  s/^\.Nm ([a-z]+)-([a-z]+)$/.Nm "\1 \2"/
  x
}
/^\.Sh SYNOPSIS$/,/^\.Sh DESCRIPTION$/{
  /^\.Nm$/{
    g
    s/^$/.Nm/
  }
}

# A sentence begins a line, a paragraph is a macro, and none stands before an item of a list.
/^\./!s/([.?!]) +([A-Z])/\1\n\2/g
s/^$/.Pp/
/^\.Pp$/{
  N
  s/^\.Pp\n(\.It )/\1/
}

/^\.Sh "EXIT STATUS"$/i\
.Sh FILES\
.Bl -tag -width 6n\
.It Pa /usr/share/doc/lethe/README.md.gz\
The keys of an experiment file, and what is measured.\
.It Pa /usr/share/doc/lethe/examples\
Experiments, and recipes to begin with; to be copied.\
.El

# Pages of commands lead to the one of the program.
${
  G
  s/\n$//
  s/\n\.Nm .*/\n.Sh "SEE ALSO"\n.Xr lethe 1/
}
